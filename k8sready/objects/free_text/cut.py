"""The mark that stands for what was cut, and the pieces of expressions that several rules share."""

CUT = "[redacted]"
NOT_CUT = r"(?!\[redacted)"
# A quotation mark as it stands, escaped by a JSON string or several, as HTML or percent-encoded.
QUOTE = r"(?:\\{0,8}[\"'`]|&quot;|&#3[49];|%22)"
# Unquoted: up to a blank, or to a sign of punctuation that something else follows.
_INNER = r",(?![\s\"'`\\]|$)|[;&|)\]}](?![\s,;&|)\]}\"'`\\]|$|[\w. -]{1,40}[=:])"
BARE = rf"(?:[^\s,;&|\"'`<>\\)\]}}]|\\(?![nrtu\"'`\\])|[\"'](?=\w)|<(?!/)|{_INNER})+"
# What opens with a mark ends with the same mark; without one (messages are truncated) it ends with the line.
QUOTED = r"(?P<mark>\\{0,8}(?:\"\"\"|\'\'\'|[\"'`])|&quot;|&#3[49];|%22)(?:(?s:.{0,4096}?)(?<!\\)(?P=mark)|[^\n]*)"
VALUE = rf"{NOT_CUT}(?:(?P<quoted>{QUOTED})|{BARE})"
# Words that follow "token:" and the like where a message goes on, not a value.
PROSE = (
    r"(?!(?i:secrets?|serviceaccounts?|configmaps?|pods?|failed|failure|could|couldn't|cannot|can't|unable|error|invalid"
    r"|not|no|must|is|are|was|has|timed?|rpc|context|get|post|put|head|status|server|unexpected|unauthorized|permission"
    r"|access|expired|missing|required|unknown|operation|connection|x509|tls|dial|http|request|response|object|resource"
    r"|denied|forbidden|parse|parsing|decode|decoding|insufficient|authentication|authorization|eof)"
    r"(?![\w-])(?:['\"]|[:,](?!\S)|\s+[\w\"'(]|\s*\Z))"
    r"(?!(?i:true|false|yes|no|null|nil|none|<nil>|<none>)(?![\w.-]))"
)


def mentions(text: str, words: tuple[str, ...]) -> bool:
    """Whether one of the (lower-case) words is in it: most messages hold none, and this costs little."""
    return any(map(text.lower().__contains__, words))
