"""What a string that is not kept looks like: a credential by its own form, a reference to one, or neither."""

import math
import re

from .free_text.tokens import PREFIXED, is_token
from .redaction import ValueKind


def look(text: str) -> ValueKind:
    """What a string looks like, from the string alone."""
    # Most values are short words, of which only a few have a look of their own.
    match = None if _WORD.fullmatch(text) and not _TELLING.match(text) else _LOOK.fullmatch(text)
    kind = _KINDS[str(match.lastgroup)] if match else ValueKind.TEXT
    if kind not in (ValueKind.URL, ValueKind.TEXT):
        return kind
    if _holds_credential(text):
        return ValueKind.TEXT_WITH_CREDENTIALS
    return ValueKind.RANDOM if kind is ValueKind.TEXT and _is_random(text) else kind


def _holds_credential(text: str) -> bool:
    """Whether a longer text has a credential in it."""
    if ("=" in text or ":" in text) and _ASSIGNED.search(text):
        return True
    if " " in text and _COMMANDED.search(text):
        return True
    return len(text) > _SHORT and is_token(text) and _WITHIN.search(text) is not None


def _is_random(text: str) -> bool:
    """Whether a string is random by its entropy; words with signs between them (a name, a class, a path) are not.

    JSON is as random as the strings in it, and options (jwt,priv-key=/etc/jwt.pem,ttl=10m) are as their values.
    Hexadecimal digits hardly reach that entropy, and many of them are no word.
    """
    if text.startswith(("{", "[")) and '"' in text:
        return any(map(_is_random, _STRINGS.findall(text)))
    if _OPTIONS.fullmatch(text):
        return any(look(value) is ValueKind.RANDOM for value in _VALUES.findall(text))
    if _HEXADECIMAL.fullmatch(text):
        return True
    # Fewer than twelve different characters cannot reach 3.5 bits.
    varied = len(set(text)) >= 12 and not _BLANK.search(text) and entropy(text) >= 3.5
    return varied and not _NAME.fullmatch(text)


_SHORT = 16  # no credential with a look of its own is shorter
_BLANK = re.compile(r"\s")
# Generated names end in a hash: of kustomize, of AWS Secrets Manager.
_NAME = re.compile(r"[A-Za-z]{2,24}(?:[-_/.:]+(?:[A-Za-z]{1,24}|v?\d{1,4}))+(?:-(?:[a-z0-9]{5,10}|[A-Za-z0-9]{6}))?")
_STRINGS = re.compile(r'"([^"\s:]{12,256})"')  # within JSON
_OPTIONS = re.compile(r"[a-z][a-z-]{0,32}(?:=[^,=]{0,256})?(?:,[a-z][a-z-]{0,32}=[^,=]{0,256}){1,16}")
_VALUES = re.compile(r"=([^,=]*)")
_HEXADECIMAL = re.compile(r"(?=[a-f-]{0,64}\d)(?=[\d-]{0,64}[a-f])[\da-f-]{20,}", re.ASCII | re.IGNORECASE)
# What stands in a password's place until somebody or something fills it in.
_STAND_IN = (
    r"\$|<|\{|\*|%(?![0-9A-Fa-f]{2})"
    r"|(?i:x{3,}|change[-_ ]?(?:me|it)|(?:redacted|placeholder|example|todo)(?![A-Za-z0-9])|your[-_ ])"
)
# A password within a connection string, a query, a command or JSON. The names leave no doubt; the values are literal.
# The last is of a registry, in Docker's configuration.
_ASSIGNED = re.compile(
    r"(?i:password|passwd|pwd|accountkey|sharedaccesskey|client_?secret|secret_?key)"
    r"(?:=[\"']?|[\"']\s{0,4}:\s{0,4}[\"']|(?:[\"']\])?\s{1,4}=\s{0,4}[\"'])"
    rf"(?!{_STAND_IN}|(?i:true|false|yes|no|on|off|none|null|required|optional|enabled|disabled)\b)"
    r"[A-Za-z0-9][^\s\"'`;&,|)]{3}"
    r"|\"auths\"\s{0,4}:[\s\S]{1,400}?\"auth\"\s{0,4}:\s{0,4}\"[A-Za-z0-9+/]{8,256}={0,2}\""
)
# A literal password as clients take it on their command line, or in a header that they send.
_COMMANDED = re.compile(
    r"\b(?:(?:mysql|mariadb)[\w-]{0,16}\b[^|;&\n]{0,300}?\s-p(?!ort\b|rotocol|lugin)[\"']?"
    r"|redis-cli\b[^|;&\n]{0,300}?\s-a\s{1,4}[\"']?|mongo\w{0,8}\b[^|;&\n]{0,300}?\s-p\s{1,4}[\"']?|sshpass\s{1,4}-p\s{0,4}[\"']?"
    r"|curl\b[^|;&\n]{0,300}?\s(?:-u|--user)[\s=]{0,4}[\"']?[\w.@-]{1,64}:|[Aa]uthorization:\s{0,4}(?:Basic|Bearer)\s{1,4})"
    rf"(?!{_STAND_IN})[\w@!+/][^\s\"'|;&]{{3}}"
)
# Where a secret is, for programs that fetch it: Bank-Vaults, cloud secret managers, App Service, vals.
_ELSEWHERE = (
    r"(?:>>)?vault:[\w./-]+#\S+|arn:aws[\w-]*:(?:secretsmanager|ssm):\S+|aws:ssm:\S+"
    r"|(?:gcp:secretmanager:)?projects/[\w-]+/secrets/\S+"
    r"|@Microsoft\.KeyVault\(\S+\)|[\w-]+@azurekeyvault|ref\+[a-z]+://\S+|(?:env|file):[\w./-]+"
)
_PLACEHOLDER = (
    r"(?i:<[^>]*>|\{\{.*\}\}|#\{.*\}#?|\[[a-z -]*\]|__\w+__|%\w+%|x{3,}|\*+|change[-_ ]?me.*|changeit"
    r"|replace[-_ ]?me.*|your[-_ ].*|todo|tbd|none|null|redacted|placeholder|example)"
)
_ENCRYPTED = r"ENC\([\w+/=]+\)|(?:sops:)?ENC\[[^\]]+\]"  # by Jasypt, SOPS
_PUBLIC_PEM = r"LS0tLS1CRUdJTi(?:BDRVJUS|BQVUJM|BUUlVT)"  # -----BEGIN CERTI…, PUBL…, TRUS… in base64
_NO_KEY = r"eyJ|AIDA|AROA|pk_"  # any JSON in base64, ids of users and roles, what is to be published
# A key, a token or a webhook within a URL, a header or a script.
_WITHIN = re.compile(
    rf"(?<![A-Za-z0-9])(?:(?!{_NO_KEY}|LS0t)(?:{PREFIXED})|eyJ[\w-]{{10,}}\.eyJ[\w-]{{4,}}\.[\w-]{{10,}})"
    r"|hooks\.slack\.com/(?:services|workflows)/\w|discord(?:app)?\.com/api/webhooks/\d"
    r"|/webhookb2/[\w@-]{8,}/IncomingWebhook/\w|/hooks/catch/\d"
)
_USER_INFO = (  # a number may be a port
    rf"[A-Za-z][A-Za-z0-9+.-]{{0,31}}://[^/\s@:]*:(?!\d+(?:[/?#]|\Z))(?!(?:{_STAND_IN})[^/\s@]*@)[^\s@]+@.*"
)
# Addresses as drivers write them: MySQL's for Go, Oracle's for Java.
_DRIVERS = (
    rf"[\w.-]{{1,64}}:(?!{_STAND_IN})[^\s@/]+@(?:tcp|unix)\(.*|jdbc:oracle:\w+:\w{{1,64}}/(?!{_STAND_IN})[^\s@]+@.*"
)
_LOOKS: tuple[tuple[ValueKind, str], ...] = (
    (ValueKind.EMPTY, r""),
    (ValueKind.REFERENCE, rf"\$(?:(?:__\w{{1,16}})?[({{][^)}}]*[)}}]|[A-Z][A-Z0-9_]*)|{_ELSEWHERE}|{_ENCRYPTED}"),
    (ValueKind.BOOLEAN, r"(?i:true|false|yes|no|on|off)"),
    (ValueKind.NUMBER, r"[-+]?\d+(?:\.\d+)?"),
    (ValueKind.PLACEHOLDER, _PLACEHOLDER),
    (ValueKind.PRIVATE_KEY, r"(?s:.*-----BEGIN [A-Z ]*PRIVATE KEY-----.*)"),
    (ValueKind.PEM, rf"(?s:.*-----BEGIN [A-Z ]+-----.*)|{_PUBLIC_PEM}[\w+/=]*"),
    (ValueKind.JWT, r"eyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*"),
    (ValueKind.CLOUD_KEY, rf"(?!{_NO_KEY})(?:{PREFIXED})"),
    (ValueKind.URL_WITH_CREDENTIALS, rf"(?s:{_USER_INFO})|{_DRIVERS}"),
    (ValueKind.URL, r"[A-Za-z][A-Za-z0-9+.-]{0,31}://\S+"),
    (ValueKind.PATH, r"\.{0,2}/[\w./@-]*"),
)
_WORD = re.compile(r"[A-Za-z][\w.-]{0,14}", re.ASCII)  # no credential with a look of its own is that short
_TELLING = re.compile(
    r"(?i)true|false|yes|no|on|off|change|replace|xxx|todo|tbd|null|redacted|placeholder|example|your"
)
_KINDS = {kind.name: kind for kind, _ in _LOOKS}
_LOOK = re.compile("|".join(f"(?P<{kind.name}>{pattern})" for kind, pattern in _LOOKS))  # the first that fits


def entropy(text: str) -> float:
    """Shannon entropy in bits per character; 0 for the empty string."""
    if not text:
        return 0.0
    # The exact sum does not depend on the order of the set, which differs from process to process.
    return math.log2(len(text)) - math.fsum(map(_BITS.__getitem__, map(text.count, set(text)))) / len(text)


class _Bits(dict[int, float]):
    """How many bits it takes to tell apart so many places of one character."""

    def __missing__(self, count: int) -> float:
        return count * math.log2(count)


_BITS = _Bits({count: count * math.log2(count) for count in range(1, 64)})
