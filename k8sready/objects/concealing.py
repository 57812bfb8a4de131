"""How strings that may hold credentials are cut: env values, commands, images, messages, and labels.

Labels stay, as selectors need them. A label value that is a credential by its own look (AKIA…, ghp_…) is replaced by a
stand-in that is the same for equal values, in labels and selectors alike: what equals stays equal, In and NotIn keep
their meaning, and no engine can tell the difference.
"""

import hashlib
import re
import secrets
from collections.abc import Callable
from typing import Any, TypeVar

from .free_text import CUT, clean
from .free_text.named import IMAGE
from .free_text.tokens import cut as without_tokens
from .free_text.tokens import is_token
from .looks import look
from .redaction import Concealed, ImageName, ServerAddress, Text, ValueKind

_SALTED = hashlib.blake2b(secrets.token_bytes(16), digest_size=8)  # the salt: random per run, stored nowhere

# Flags of the control plane that are read; none of them carries a credential.
_SAFE_FLAGS = frozenset(
    (
        *("--authorization-mode", "--authorization-config", "--anonymous-auth", "--feature-gates", "--profiling"),
        *("--enable-admission-plugins", "--disable-admission-plugins", "--admission-control-config-file"),
        *("--encryption-provider-config", "--audit-policy-file", "--audit-log-path", "--audit-log-maxage"),
        *("--audit-log-maxbackup", "--audit-log-maxsize", "--audit-webhook-config-file", "--token-auth-file"),
        *("--basic-auth-file", "--service-account-extend-token-expiration"),
    )
)
_WHOLE_IMAGE = re.compile(IMAGE)
_CACHED = 65_536
_Cleaned = TypeVar("_Cleaned", bound=str)


def clean_text(text: str) -> Text:
    """Text without user info and queries in URLs, without keys, tokens and assigned passwords. Idempotent."""
    return TEXTS[text]


def clean_image(text: str) -> ImageName:
    """An image reference as it stands; anything else (user info, a query) is cleaned as text. Idempotent."""
    return IMAGES[text]


def _clean_image(text: str) -> ImageName:
    return ImageName(text if _WHOLE_IMAGE.fullmatch(text) and not is_token(text) else clean_text(text))


class Remembered(dict[str, _Cleaned]):
    """Cleaned strings by what they were, so that those which repeat in every pod cost one look-up.

    A string that was cut is found by its digest: what it was is not kept.
    """

    def __init__(self, cleaned: Callable[[str], _Cleaned]) -> None:
        super().__init__()
        self._cleaned, self._cut = cleaned, dict[str, _Cleaned]()

    def __missing__(self, text: str) -> _Cleaned:
        digest = _digest(text)
        value = self._cut.get(digest)
        if value is None:
            value = self._cleaned(text)
            known, name = (self, text) if value == text else (self._cut, digest)
            if len(known) >= _CACHED:
                known.clear()
            known[name] = value
        return value


TEXTS = Remembered(lambda text: Text(clean(text)))
IMAGES = Remembered(_clean_image)
_LABELS = Remembered(lambda value: value if without_tokens(value) == value else f"redacted-{_digest(value)}")


_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{0,31}://[\w.:\[\]-]{1,300}")


def clean_address(text: str) -> ServerAddress:
    """Scheme, host and port of a URL. Idempotent."""
    found = _ADDRESS.match(clean_text(text))
    return ServerAddress(found[0] if found else CUT)


_SHORT = 16  # no credential with a look of its own is shorter


def conceal_labels(labels: dict[str, str]) -> dict[str, str]:
    """Labels (or a selector's), with values that are credentials by their look replaced; the same dict if none is."""
    for value in labels.values():
        if len(value) >= _SHORT and _LABELS[value] != value:
            return {name: conceal_label(value) for name, value in labels.items()}
    return labels


def conceal_label(value: str) -> str:
    """The value itself, or a stand-in: equal values get equal ones, so selectors select what they selected before."""
    return _LABELS[value] if len(value) >= _SHORT else value


def _digest(text: str) -> str:
    salted = _SALTED.copy()  # a copy costs less than a new one
    salted.update(text.encode("utf-8", "surrogatepass"))
    return salted.hexdigest()


_seen: dict[str, Concealed] = {}  # by flag and digest: values repeat much, and are not kept
# Before "=", any flag of words; "-pS3cret=" is a value attached to -p.
_NAME = re.compile(r"--[A-Za-z0-9][\w.-]{0,127}|-[a-z]+(?:[.-][a-z]+)*|-[DX][A-Za-z][\w.-]{0,127}")
_ALONE = re.compile(r"--[A-Za-z0-9][\w.-]{0,127}|-[A-Za-z]")  # without "=", "-p…" may have its value attached
# Lists of names, feature gates, numbers, file names; whatever runs in a pod may have flags of these names.
_WORD = r"(?:[A-Za-z]\w{1,64}=(?:true|false)|[A-Za-z]{1,64})"
_PLAIN = re.compile(rf"(?:{_WORD}(?:,{_WORD}){{0,127}}|\d{{1,9}}|-|(?:/[\w.-]{{1,128}}){{1,16}}|)", re.ASCII)


def conceal(text: Any) -> Concealed:
    """What is kept of a string that is not kept."""
    raw = str(text)
    flag, body = _flag(raw) if raw.startswith("-") else ("", raw)
    digest = _digest(body)
    known = _seen.get(flag + digest)  # a digest has a fixed length
    if known is None:
        value = body if flag in _SAFE_FLAGS and _PLAIN.fullmatch(body) and without_tokens(body) == body else ""
        known = Concealed(_look(raw, flag, body), 1 << len(body).bit_length() >> 1, digest, flag, value)
        if len(_seen) < _CACHED:
            _seen[flag + digest] = known
    return known


def _look(raw: str, flag: str, body: str) -> ValueKind:
    """What a value looks like; of a flag's value, its name may tell (-Dstore.password=… in JAVA_TOOL_OPTIONS)."""
    whole = look(raw) if flag else None
    return whole if whole is ValueKind.TEXT_WITH_CREDENTIALS else look(body)


def _flag(raw: str) -> tuple[str, str]:
    """The name of a command-line flag and its value; no name where the string is not a flag, or is a credential."""
    name, sign, value = raw.partition("=")
    named = (_NAME if sign else _ALONE).fullmatch(name) and without_tokens(name) == name
    return (name, value) if named else ("", raw)


def is_flag(name: str) -> bool:
    """Whether a string is the name of a flag as `conceal` keeps it."""
    return _flag(f"{name}=x") == (name, "x") or _flag(name) == (name, "")
