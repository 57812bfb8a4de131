"""URLs without user info, queries and fragments; user:password@host without a scheme; the same percent-encoded."""

import re

from .cut import CUT

_REST = r"[^\s\"'<>`]"
_URL = re.compile(
    r"(?P<scheme>(?<![A-Za-z0-9+.-])[A-Za-z][A-Za-z0-9+.-]{0,31}:)?(?P<slashes>(?:\\?/){2})"
    rf"(?P<rest>(?:{_REST}|(?<==)[\"'][^\s\"']{{1,300}})*)"
)
_WEB = ("", "http", "https", "oci", "docker", "docker-pullable", "containerd")  # whose paths may hold an @
_ORACLE = re.compile(r"(jdbc:oracle:\w{1,10}:)[^\s/@\"']{0,64}/[^\s\"']{1,256}@")
_QUERY = re.compile(rf"[?#](?!{re.escape(CUT)})[^\s<>`]*?(?=[:,.;)\]}}]*\Z)")
_PORT = re.compile(r"[^:]*:\d{0,5}[\])},.;:]*|\[[0-9a-fA-F:.%]+\](?::\d{0,5})?[\])},.;:]*|[^:]*:|[^:]*")
_HOST_AFTER = re.compile(r"[\w\[(.-]")
_QUERY_START = re.compile(r"[?#]")
_AUTHORITY_END = re.compile(r"\\?/|;(?=\w{1,40}=)")
_ENCODED = re.compile(r"(?i)%3a%2f%2f[^\s\"'<>/]{0,512}?%40|(?<=%2f%2f)[^\s\"'<>/]{0,512}?%40")
# Not a digest (name@sha256:…); not user:password@host in a URL, which has been cut before.
_USERINFO = re.compile(
    r"(?<![\w.%+/-])(?P<user>[\w.%+-]{0,64}):(?!//)(?P<password>[^\s\"'<>/]{1,256})@(?!sha\d+:)(?=[\w\[(.-])"
)


def cut(text: str) -> str:
    """The text with scheme, host and path left of each URL."""
    if "//" in text or "\\/" in text:
        text = _URL.sub(_url, text)
    if "jdbc:oracle" in text:
        text = _ORACLE.sub(r"\1", text)
    if "%40" in text:
        text = _ENCODED.sub(lambda match: match[0][:9] if match[0][:3].lower() == "%3a" else "", text)
    return _USERINFO.sub("", text) if "@" in text else text


def _url(match: re.Match[str]) -> str:
    """User info ends at the last @ before the path; a password that holds a slash, at the last @ before a host."""
    rest = match["rest"]
    if "@" in rest or "?" in rest or "#" in rest or ":" in rest:
        rest = _without_user(rest, web=(match["scheme"] or ":")[:-1].lower() in _WEB)
        rest = _QUERY.sub("", rest)
    return f"{match['scheme'] or ''}{match['slashes']}{rest}"


def _without_user(rest: str, *, web: bool) -> str:
    """What follows the user info. Only in addresses of the web may a path or a query hold an @ of its own."""
    authority = _AUTHORITY_END.split(rest, maxsplit=1)[0]
    before = _QUERY_START.split(authority, maxsplit=1)[0]
    if web and ("@" in before or _PORT.fullmatch(before)):
        return rest[before.rfind("@") + 1 :]
    if "@" in authority:
        return rest[authority.rindex("@") + 1 :]
    if "@" in rest and ";" not in rest:
        place = rest.rindex("@") + 1
        return rest[place:] if _HOST_AFTER.match(rest, place) else CUT
    return rest
