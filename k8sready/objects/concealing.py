"""How strings that may hold credentials are cut: env values, commands, annotations, URLs, messages."""

import hashlib
import math
import re
import secrets
from collections import Counter
from functools import lru_cache
from typing import Any

from .redaction import Annotations, Concealed, ImageName, Text, ValueKind

_SALT = secrets.token_bytes(16)  # random per run and stored nowhere
LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
CUT = "[redacted]"

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
_URL = re.compile(
    r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*:)?//(?P<user>[^\s/\"'<>]*@)?(?P<host>[^\s?#\"'<>]*)(?P<query>[?#][^\s\"'<>]*)?"
)
_USERINFO = re.compile(
    r"(?<![\w/])[\w.%+-]+:[^\s:@/]{3,}@(?!sha\d+:)(?=[\w.-]+)"
)  # user:password@host without a scheme
_TOKENS = re.compile(
    r"-----BEGIN [^-]+-----.*?(?:-----END [^-]+-----|\Z)"
    r"|eyJ[A-Za-z0-9_-]{5,}(?:\.[A-Za-z0-9_-]*)+"
    r"|\b(?:AKIA|ASIA)[A-Z0-9]{12,}|\bgh[pousr]_[A-Za-z0-9]{20,}|\bgithub_pat_\w{20,}|\bglpat-[\w-]{15,}"
    r"|\bxox[abeoprs]-[A-Za-z0-9-]{10,}|\bsk-[A-Za-z0-9_-]{20,}|\bAIza[\w-]{30,}|\bhv[sb]\.[\w-]{20,}",
    re.DOTALL,
)
_SENSITIVE = (
    r"(?:pass(?:word|wd|phrase)?|pwd|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|credentials?|sig(?:nature)?"
    r"|authorization)"
)
_QUOTE = r"(?:\\?[\"'])?"
_ASSIGNED = re.compile(
    rf"(?i)({_SENSITIVE}\w*{_QUOTE}\s*(?:[:=]|%3d)\s*{_QUOTE}(?:(?:bearer|basic|token)\s+)?)"
    r"(?!\[redacted\])[^\s,;&\"'\\}\])]+"
)
_FLAG = re.compile(rf"(?i)(--?[\w-]*{_SENSITIVE}\w*\s+{_QUOTE})(?!\[redacted\])[^\s\"'\\]+")
# An image reference in the distribution project's grammar: no user info, no query. A tag is not an assigned value.
_IMAGE = r"(?:docker(?:-pullable)?://)?[\w.-]+(?::\d+(?=/))?(?:/[\w.-]+)*(?::\w[\w.-]{0,127})?(?:@[a-z0-9]+:[0-9a-f]{32,128})?"
_WHOLE_IMAGE = re.compile(_IMAGE)
_QUOTED_IMAGE = re.compile(rf'\b(?:[Ii]mage|reference) "({_IMAGE})"')  # as kubelet and containerd quote one
_SCHEME = re.compile(r"(?i)\b(bearer|basic)\s+(?!\[redacted\])[A-Za-z0-9+/=._~-]{8,}")
# Annotations whose values checks read, or that say who manages an object; the values of all others are cut.
_KEPT = re.compile(
    r"(?:[\w.-]+\.)?(?:kubernetes|k8s|istio|linkerd|cert-manager|openshift|k3s|rke2|argoproj|prometheus|cattle|kyverno|kuma)"
    r"\.io/.*|(?:meta\.)?helm\.sh/.*|(?:[\w.-]+\.)?toolkit\.fluxcd\.io/.*|eks\.amazonaws\.com/.*|iam\.gke\.io/.*"
    r"|vault\.hashicorp\.com/agent-inject(?:-status)?|consul\.hashicorp\.com/connect-inject(?:-status)?"
)
_SENSITIVE_NAME = re.compile(r"(?i)token|secret|password|passwd|credential|private|api-?key|auth")


@lru_cache(maxsize=65_536)
def clean_text(text: str) -> Text:
    """Text without user info and queries in URLs, without keys, tokens and assigned passwords. Idempotent."""
    cleaned = _TOKENS.sub(CUT, _URL.sub(_clean_url, text))
    cleaned = _SCHEME.sub(rf"\1 {CUT}", _USERINFO.sub("", cleaned))
    return Text(_FLAG.sub(rf"\1{CUT}", _cut_assigned(cleaned)))


def _cut_assigned(text: str) -> str:
    """Values assigned to sensitive names cut, except where "name:value" is the repository and tag of a quoted image."""
    images = [match.span(1) for match in _QUOTED_IMAGE.finditer(text) if "/" in match[1]]

    def cut(match: re.Match[str]) -> str:
        inside = any(start <= match.start() and match.end() <= end for start, end in images)
        return match[0] if inside else f"{match[1]}{CUT}"

    return _ASSIGNED.sub(cut, text)


@lru_cache(maxsize=65_536)
def clean_image(text: str) -> ImageName:
    """An image reference as it stands; anything else (user info, a query) is cleaned as text. Idempotent."""
    return ImageName(text if _WHOLE_IMAGE.fullmatch(text) and not _TOKENS.search(text) else clean_text(text))


def _clean_url(match: re.Match[str]) -> str:
    """Scheme, host and path; everything up to the last @ of the authority is user info."""
    authority, slash, path = match["host"].partition("/")
    return f"{match['scheme'] or ''}//{authority.rpartition('@')[2]}{slash}{path}"


def clean_annotations(annotations: Any) -> Annotations:
    """Annotations with the values of last-applied and of sensitive names cut, and the rest cleaned as text."""
    return Annotations({str(name): _clean_annotation(str(name), str(value)) for name, value in annotations.items()})


_PROFILES = ("container.apparmor.security.beta.kubernetes.io/", "container.seccomp.security.alpha.kubernetes.io/")


def _clean_annotation(name: str, value: str) -> str:
    if name.startswith(_PROFILES):
        return value  # names a profile for the container that follows, whatever that is called
    if name == LAST_APPLIED or not _KEPT.fullmatch(name) or _SENSITIVE_NAME.search(name.rpartition("/")[2]):
        return CUT
    return str(clean_text(value))


_CACHED = 65_536
_seen: dict[tuple[str, str], Concealed] = {}  # by flag and digest: values repeat much, and are not kept
_NAME = re.compile(r"--?[A-Za-z0-9][\w.-]*")  # before "=", any flag
_ALONE = re.compile(r"--[A-Za-z0-9][\w.-]*|-[A-Za-z]")  # without "=", "-p…" may have its value attached


def conceal(text: Any) -> Concealed:
    """What is kept of a string that is not kept."""
    raw = str(text)
    flag, body = _flag(raw) if raw.startswith("-") else ("", raw)
    digest = hashlib.blake2b(body.encode(errors="surrogatepass"), key=_SALT, digest_size=8).hexdigest()
    known = _seen.get((flag, digest))
    if known is None:
        length = 1 << (len(body).bit_length() - 1) if body else 0
        known = Concealed(look(body), length, digest, flag, body if flag in _SAFE_FLAGS else "")
        if len(_seen) < _CACHED:
            _seen[flag, digest] = known
    return known


def _flag(raw: str) -> tuple[str, str]:
    """The name of a command-line flag and its value; no name where the string is not a flag."""
    name, sign, value = raw.partition("=")
    return (name, value) if (_NAME if sign else _ALONE).fullmatch(name) else ("", raw)


def look(text: str) -> ValueKind:
    """What a string looks like, from the string alone."""
    match = _LOOK.fullmatch(text)
    if match is not None:
        return _KINDS[str(match.lastgroup)]
    # Fewer than twelve different characters cannot reach 3.5 bits.
    if len(set(text)) >= 12 and not _BLANK.search(text) and entropy(text) >= 3.5:
        return ValueKind.RANDOM
    return ValueKind.TEXT


_BLANK = re.compile(r"\s")
_LOOKS: tuple[tuple[ValueKind, str], ...] = (
    (ValueKind.EMPTY, r""),
    (ValueKind.REFERENCE, r"\$[({][^)}]*[)}]"),
    (ValueKind.BOOLEAN, r"(?i:true|false|yes|no|on|off)"),
    (ValueKind.NUMBER, r"[-+]?\d+(?:\.\d+)?"),
    (ValueKind.PLACEHOLDER, r"(?i:<[^>]*>|change[-_ ]?me.*|x{3,}|\*+|todo|redacted|placeholder|example)"),
    (ValueKind.PRIVATE_KEY, r"(?s:.*-----BEGIN [A-Z ]*PRIVATE KEY-----.*)"),
    (ValueKind.PEM, r"(?s:.*-----BEGIN [A-Z ]+-----.*)"),
    (ValueKind.JWT, r"eyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*"),
    (ValueKind.CLOUD_KEY, r"(?:AKIA|ASIA)[A-Z0-9]{12,}|gh[pousr]_[A-Za-z0-9]{20,}|xox[abprs]-[A-Za-z0-9-]{10,}"),
    (ValueKind.URL_WITH_CREDENTIALS, r"(?s:[A-Za-z][A-Za-z0-9+.-]*://[^/\s@]*:[^/\s@]+@.*)"),
    (ValueKind.URL, r"[A-Za-z][A-Za-z0-9+.-]*://\S+"),
    (ValueKind.PATH, r"\.{0,2}/[\w./@-]*"),
)
_KINDS = {kind.name: kind for kind, _ in _LOOKS}
_LOOK = re.compile("|".join(f"(?P<{kind.name}>{pattern})" for kind, pattern in _LOOKS))  # the first that fits


def entropy(text: str) -> float:
    """Shannon entropy in bits per character; 0 for the empty string."""
    if not text:
        return 0.0
    # The exact sum does not depend on the order, which differs from process to process.
    return math.log2(len(text)) - math.fsum(n * math.log2(n) for n in Counter(text).values()) / len(text)
