"""Values assigned to sensitive names: in JSON, YAML, INI, XML, Go's structs, headers, SQL and prose."""

import re

from .cut import BARE, CUT, NOT_CUT, PROSE, QUOTE, QUOTED, VALUE, mentions

_KEY = (
    r"(?:api|access|private|secret|signing|encryption|master|account|storage|ssh|license|service|client|auth|session"
    r"|consumer|subscription|app|security|hmac|rsa|aes|shared)[_.-]?(?:access[_.-]?)?key"
)
STRONG = (
    rf"(?i:passw(?:or)?d|passwd|pass[_.-]?(?:phrase|code|key)|pwd|secret|token|bearer|credential|{_KEY}"
    r"|authorization|cookie|connection[_.-]?string|signature|pgpass|psk|jwt|csrf"
    r"|(?:bind|root)[_-]?pw|(?:j|php)?sess(?:ion)?[_-]?id|passwort|kennwort|contrase[nñ]a|mot[ _-]?de[ _-]?passe|senha"
    r"|парол|密码|密碼|口令|パスワード|비밀번호)"
)
# Short words count only as words of their own: pass, dbPass, DB_PASS; not compass, bypass or author.
WEAK = (
    r"(?:(?<![A-Za-z])(?:pass|pw|auth|auths|sig|sid|session|creds?|dsn|pin|otp|salt)"
    r"|(?<=[a-z0-9])(?:Pass|Pw|Auth|Sig|Creds?|Dsn|Pin)"
    r"|(?<![a-z])(?:PASS|PW|AUTH|SIG|CREDS?|DSN|PIN|OTP|SALT)|(?<![A-Za-z])(?:Pass|Auth|Sig|Session))(?![A-Za-z])"
)
NAME = rf"(?:{STRONG}[\w.-]{{0,48}}|{WEAK}[\w.-]{{0,16}})"
# Names that say where a credential is, or what kind, not what it is.
_POINTER = re.compile(
    r"(?i).*(?:name|file|path|ref|dir|namespace|type|ttl|expir\w*|count|size|length|enabled|store|class|provider|user"
    r"|username|url|uri|endpoint|issuer|audience|stdin|review|manager)s?"
)
_COUNT = re.compile(r"secrets=\d{1,6}\Z")  # exceeded quota: … used: secrets=10
_WORDS = (
    *("pass", "pwd", "secret", "token", "bearer", "cred", "key", "auth", "cookie", "string", "sig", "psk", "pw", "sid"),
    *("session", "dsn", "pin", "otp", "salt", "basic", "identified"),
    *("jwt", "csrf", "sess", "wort", "contrase", "passe", "senha"),
    *("парол", "密码", "密碼", "口令", "パスワード", "비밀번호"),
)
_SIGN = r"(?:\s{0,8}(?::=|[=-]>|==?|:(?!//)|：)[ \t]{0,8}|\\u003[ad]|%3[adAD])"
_NEXT_LINE = r"(?:\s{0,2}\n[ \t]{1,32})?"
# A message goes on after a colon, not after another sign.
_PROSE = rf"(?:(?<![: ])|(?<=[=>] )|{PROSE})"
_ASSIGNED = re.compile(rf"(?P<name>{NAME})(?P<sign>\]?{QUOTE}?\]?{_SIGN}{_NEXT_LINE}){_PROSE}(?P<value>{VALUE})")
_SCHEMES = ("bearer", "basic", "digest", "negotiate", "token", "ntlm", "apikey", "aws4")
_NAMED = re.compile(rf"{NAME}\]?{QUOTE}?\]?{_SIGN}")
_SCHEMED = re.compile(
    rf"(?P<name>{STRONG})(?P<sign>{QUOTE}?{_SIGN}{QUOTE}?)"
    rf"(?:(?i:bearer|basic|negotiate|token|ntlm|apikey|aws4[\w-]+)(?:\s|%20|\+|\\\s)+{NOT_CUT}[^\r\n\"'`]+"
    rf"|(?i:digest)(?:\s|%20|\+|\\\s)+{NOT_CUT}[^\r\n]+)"  # has its values in quotation marks
)
_HEADER = re.compile(
    rf"(?i)\b((?:set-)?cookie|x-[\w-]{{0,40}}(?:token|key|auth|secret)[\w-]{{0,20}})(\s*:\s*){NOT_CUT}[^\r\n\"'`\\]+"
)
# A line of its own ("password: correct horse") holds nothing but the value; a block of YAML is indented further.
_START = r"(?P<start>(?:^|(?<=\n)|\\n)(?P<indent>[ \t]{0,64})(?:- )?[\"']?[\w.-]{0,64}?)"
_LINE = re.compile(
    rf"{_START}(?P<name>{NAME})(?P<sign>[\"']?[ \t]{{0,8}}[:=][ \t]{{0,8}}){_PROSE}{NOT_CUT}"
    r"(?:[|>][-+\d]{0,2}[ \t]*(?:\n(?P=indent)[ \t]+[^\n]*|\n[ \t]*(?=\n))+"
    r"|(?P<rest>(?!\\n)[^\s\"'\[{](?:(?!\\n)[^\n])*))"
)
_BLOCK = re.compile(rf"(?P<name>{NAME})(?P<sign>{QUOTE}?{_SIGN})[|>][-+\d]{{0,2}}[ \t]*(?:\n[ \t]+[^\n]*)+")
# Go writes the type of a list before it: []string{"Basic …"}
_LISTED = re.compile(
    rf"(?P<name>{NAME})(?P<sign>{QUOTE}?{_SIGN})(?P<open>(?:\[\]\w{{1,24}})?[\[{{])(?!redacted)[^\]}}]{{1,4096}}"
)
_TAGGED = re.compile(rf"(<[\w:.-]{{0,40}}?{NAME}(?:\s[^<>]{{0,100}})?>){NOT_CUT}[^<]+")
# <property name="password" value="…"/>, {"key": "password", "val": "…"}
_COUPLED = re.compile(
    rf"({NAME}{QUOTE}(?:\s{{1,4}}value=|\s{{0,4}},\s{{0,4}}{QUOTE}val{QUOTE}\s{{0,4}}:\s{{0,4}})){NOT_CUT}{QUOTED}"
)
_PAIR = re.compile(rf"((?<![\w.])Value:\s{{0,4}}|{QUOTE}[vV]alue{QUOTE}\s{{0,4}}:\s{{0,4}}){NOT_CUT}{QUOTED}")
_PAIR_LINE = re.compile(rf"((?:^|(?<=\n)|\\n)[ \t]{{0,64}}(?:- )?value:[ \t]{{1,8}}){NOT_CUT}(?:(?!\\n)[^\n])+")
# What an API server quotes of a field that does not fit.
_INVALID = re.compile(rf"((?:(?<![A-Za-z])value|[dD]ata\[[^\]\n]{{1,253}}\]): Invalid value: ){NOT_CUT}{QUOTED}")
_SAID = re.compile(
    rf"(?i)\b(identified\s+by|passw(?:or)?d|passwd|passphrase)(\s+(?:(?:is|was|of)\s+)?)"
    rf"{NOT_CUT}(?:{QUOTED}|(?<=\bis )(?=\S*\d)\S{{4,}})"
)
_TOLD = re.compile(
    rf"(?i)\b((?:password|passphrase|token|secret|key|passwort|kennwort|mot\s+de\s+passe)\s+(?:is|was|ist|war|est)\s+){NOT_CUT}(?=[^\s\d]{{0,64}}\d)[^\s,;]{{4,}}"
)
# credentials admin:hunter2; machine h login u password hunter2; ENV DB_PASSWORD hunter2; requirepass hunter2
_BARE_PAIR = re.compile(rf"(?i)(\bcredentials?\s+[\w.@%+-]{{1,64}}[:/]){NOT_CUT}(?!//)(?P<value>{VALUE})")
_SPACED = re.compile(
    rf"((?:\blogin\s+\S{{1,64}}\s+password|\brequirepass|\bmasterauth|\b(?:bind|root)pw|\b(?:ENV|ARG)\s+[\w.-]{{0,40}}{NAME}|\bAUTH"
    rf"(?:\s+\w{{1,32}}(?=\s\S*\d))?)[ \t]+){NOT_CUT}(?![a-z]+(?:\s|\Z))(?P<value>{VALUE})"
)
_CALLED = re.compile(r"(?i)(\b(?:auth|login|authenticate|\w{0,24}password)\()(?!\[redacted|\))[^)\n]{1,512}")
# Near such a word, what mixes lower case, upper case and digits is no name of Kubernetes.
_NEAR = re.compile(
    r"((?i:passw|passwd|passphrase|pwd|secret|token|api[_-]?key|credential)[^\n]{0,40}?(?<![\w.+/:-]))"
    r"(?=[^a-z\s]{0,63}[a-z])(?=[^A-Z\s]{0,63}[A-Z])(?=[^\d\s]{0,63}\d)"
    r"[\w.!$%^*+~=#@-]{8,}(?:[,;&|][\w.!$%^*+~=#@-]+)*(?![\w.!$%^*+~=#@/-]|:\S)"  # whole, or not at all
)
# A Secret written out has its values under names that tell nothing.
_SECRET = re.compile(r"(?i)kind\\{0,8}[\"']?\s{0,4}:\s{0,4}\\{0,8}[\"']?Secret(?![\w-])")
_SCHEME = re.compile(
    rf"\b((?i:bearer|basic)\s+){NOT_CUT}(?!(?i:auth|token|challenge|realm|scheme|cred))"
    rf"(?:(?<=[rR] )(?=\S{{8}}){BARE}|(?=[a-z]*[A-Z\d+/=_-])[\w+/=.~-]{{6,}})"
)
# An image reference in the distribution project's grammar: no user info, no query. A tag is not an assigned value.
IMAGE = (
    r"(?:docker(?:-pullable)?://)?[\w.-]+(?::\d+(?=/))?(?:/[\w.-]+)*(?::\w[\w.-]{0,127})?"
    r"(?:@[a-z0-9]+:[0-9a-f]{32,128})?"
)
_QUOTED_IMAGE = re.compile(rf'\b(?:[Ii]mage|reference) "({IMAGE})"')  # as kubelet and containerd quote one
_BARE_IMAGE = re.compile(
    r"(?<![\w.:@/-])(?:[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}|localhost)(?::\d{1,5})?"
    r"/[\w./-]{1,200}:\w[\w.-]{0,127}(?![\w@=])"
)


_FAR = 300  # characters: longer than an image reference or an address
_IN_URL = re.compile(r"://[^\s\"'<>?#;=&]{0,300}\Z")
_GOES_ON = re.compile(r"[\"']?:\s")


def cut(text: str) -> str:
    """The text with the values of sensitive names cut."""
    if "ecret" in text and "ata" in text and _SECRET.search(text):
        return CUT
    if "alue" in text:
        text = _INVALID.sub(rf"\1{CUT}", _PAIR_LINE.sub(rf"\1{CUT}", _PAIR.sub(rf"\1{CUT}", text)))
    if not mentions(text, _WORDS):
        return text
    if mentions(text, (":", "=", "->", "：", "%3", "\\u003")) and _NAMED.search(text):
        text = _assigned(text)
    if "val" in text:
        text = _COUPLED.sub(rf"\1{CUT}", text)
    if "<" in text:
        text = _TAGGED.sub(rf"\1{CUT}", text)
    if ":" in text:
        text = _HEADER.sub(rf"\1\2{CUT}", text)
    return _told(text)


def _assigned(text: str) -> str:
    if mentions(text, _SCHEMES):
        text = _SCHEMED.sub(rf"\g<name>\g<sign>{CUT}", text)
    text = _LINE.sub(_value, text)
    if "\n" in text:
        text = _BLOCK.sub(_value, text)
    if "[" in text or "{" in text:
        text = _LISTED.sub(_value, text)
    return _ASSIGNED.sub(_value, text)


def _told(text: str) -> str:
    """Credentials told in words."""
    if mentions(text, ("credential", "login", "requirepass", "masterauth", "pw ", "env ", "arg ", "auth ")):
        text = _SPACED.sub(rf"\1{CUT}", _BARE_PAIR.sub(rf"\1{CUT}", text))
    if "(" in text:
        text = _CALLED.sub(rf"\1{CUT}", text)
    if mentions(text, ("identified", "passw", "phrase", " is ", " was ", " ist ", " war ", " est ")):
        text = _TOLD.sub(rf"\1{CUT}", _SAID.sub(rf"\1\2{CUT}", text))
    if mentions(text, ("passw", "passphrase", "pwd", "secret", "token", "api", "credential")):
        text = _NEAR.sub(rf"\1{CUT}", text)
    return _SCHEME.sub(rf"\1{CUT}", text) if mentions(text, ("bearer", "basic")) else text


def _value(match: re.Match[str]) -> str:
    """The value cut, except where the name is a pointer's or a count's, or ends an image's repository or a URL."""
    if _POINTER.fullmatch(match["name"]) or _COUNT.match(match[0]) or _is_image(match) or _ends_url(match):
        return match[0]
    return f"{match.string[match.start() : match.end('sign')]}{CUT}"


def _is_image(match: re.Match[str]) -> bool:
    """Whether "name:value" is the repository and tag of an image, quoted or with a registry before it."""
    text, sign = match.string, match.start("sign")
    around = range(max(0, sign - _FAR), min(len(text), sign + _FAR))
    quoted = (found.span(1) for found in _QUOTED_IMAGE.finditer(text, around.start, around.stop) if "/" in found[1])
    bare = (found.span() for found in _BARE_IMAGE.finditer(text, around.start, around.stop))
    return any(start <= sign < end for spans in (quoted, bare) for start, end in spans)


def _ends_url(match: re.Match[str]) -> bool:
    name_end = match.start("sign")
    before = match.string[max(0, name_end - _FAR) : name_end]
    return bool(_GOES_ON.match(match.string, name_end) and _IN_URL.search(before))
