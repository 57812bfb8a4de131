"""Free text without the credentials that people and programs leave in it: messages, URLs, annotations.

    clean("Get https://u:hunter2@vault/x?token=t: denied, password=hunter2")
    # 'Get https://vault/x: denied, password=[redacted]'

Every rule is bounded in what it looks back and ahead for, and so is the text: hostile text costs little.
"""

from collections.abc import Callable

from . import commands, kubelet, named, tokens, urls
from .cut import CUT

__all__ = ["CUT", "clean"]
_RULES: tuple[Callable[[str], str], ...] = (
    *(kubelet.cut, tokens.cut_documented, urls.cut, named.cut, commands.cut),
    tokens.cut_random,  # last: by then a name before it, which says what it is, has been looked at
)
_PASSES = 8
_AT_MOST = 8192  # characters; events keep 1024, and no check reads so far


def clean(text: str) -> str:
    """The text, cut until nothing more is found, which is what makes it idempotent."""
    for _ in range(_PASSES):
        cleaned = _once(text)
        if cleaned == text:
            return text
        text = cleaned
    return CUT  # what does not come to rest is not text


def _once(text: str) -> str:
    if len(text) > _AT_MOST:
        text = text[: _AT_MOST - len(CUT)] + CUT
    for rule in _RULES:
        text = rule(text)
    return text
