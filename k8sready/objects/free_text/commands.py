"""Credentials in shell text: flags with a value, user:password of curl, -p of database clients, values set by name."""

import re

from .cut import CUT, NOT_CUT, PROSE, QUOTE, VALUE, mentions
from .named import _POINTER, STRONG

_WORD = rf"(?:{STRONG}|(?:pass|pw|auth)(?![A-Za-z]))"
_FLAG_WORDS = ("pass", "pw", "secret", "token", "bearer", "cred", "key", "auth", "cookie", "string", "signature", "psk")
# --password hunter2, -storepass hunter2, ["--token", "hunter2"], and the same as items of a YAML list
_GAP = rf"(?:[ \t]+|{QUOTE}?\s{{0,4}},?\s{{1,32}}(?:- )?(?={QUOTE})|{QUOTE},(?={QUOTE})|\s{{0,2}}\n\s{{0,32}}- )"
_FLAG = re.compile(
    rf"(?P<flag>(?<![\w-])--?(?=[\w-]{{0,40}}?{_WORD})[\w.-]{{1,80}})(?P<gap>{_GAP})"
    rf"{PROSE}(?!--?\w|\|)(?P<value>{VALUE})"
)
# Between the words of a command, which may be a list: ["mysql","-p","x"]
_TO = rf"(?:{QUOTE},\s{{0,4}}{QUOTE}|\s{{0,4}}(?!{QUOTE},))"
_NEXT = rf"(?:{QUOTE},\s{{0,4}}{QUOTE}|\s)"
# Behind flags of curl that take no value: -sSu admin:hunter2
_USER = re.compile(
    rf"((?<![\w-])(?:-[fgGiIjkLNnqRsSvZ046]{{0,8}}[uU]|--(?:proxy-)?user)(?:{_TO}|[\s=]{{0,4}}){QUOTE}?"
    rf"(?=[^\s\"',:%]{{0,64}}[:%]|[^\s\"',:%]{{1,64}},[^\s\"'])){NOT_CUT}(?:[^\s\"'`]+)"
)
_CLIENTS = (
    r"(?:mysql|mariadb|mongo|sshpass|docker|podman|nerdctl|skopeo|buildah|crane|oras|cosign|regctl|helm|oc|az"
    r"|cqlsh|clickhouse|isql|sqlcmd|bcp|mssql|7z|rar|zip|unzip|ipmitool)"
)
_PORT = r"(?!(?:[\d.]{7,15}:)?\d{1,5}(?::\d{1,5})?(?:/[a-z]{3,4})?(?:[\s\"']|\Z))"
_OTHER_FLAGS = r"(?!(?:ort|ath|rofile|rotocol|lain|roject|ublish|ull)[ =])"  # what -p… may be the start of
_CLIENT = re.compile(
    rf"((?<![\w-]){_CLIENTS}[\w-]{{0,24}}(?:{_NEXT}[^\n|;&]{{0,300}}?)??{_NEXT}-[pP]{_OTHER_FLAGS}{_TO})"
    rf"{NOT_CUT}{_PORT}(?!-)(?P<value>{VALUE})"
)
_OTHER = re.compile(
    rf"(\b(?:redis-cli\b[^\n|;&]{{0,300}}?{_NEXT}-a|ldap\w{{3,10}}\b[^\n|;&]{{0,300}}?{_NEXT}-w"
    rf"|openssl\b[^\n|;&]{{0,300}}?\s-k|htpasswd\s+-\w*b\w*\s+\S{{1,128}}\s+\S{{1,64}}\s"
    rf"|sqlplus\s+(?:-\w+\s+){{0,4}}\w{{1,64}}/|rabbitmqctl\s+\w{{1,32}}\s+\S{{1,64}}\s){_TO})"
    rf"{NOT_CUT}(?P<value>{VALUE})"
)
_PIPED = re.compile(
    rf"(\b(?:echo|printf)\s+(?:-\w+\s+|[\"']%s(?:\\+n)?[\"']\s+)?){NOT_CUT}(?!-)[^|\n]{{1,512}}?(?=\s*\|)"
)
_SECURE = re.compile(
    rf"(?i)(\bConvertTo-SecureString\s{{1,8}}(?:-String\s{{1,8}})?){NOT_CUT}(?!-|\$)(?P<value>{VALUE})"
)
_HERE = re.compile(rf"(<<<\s{{0,4}}){NOT_CUT}(?P<value>{VALUE})")
# helm --set a=b, --from-literal=a=b, docker -e A=b; kubectl set env …; vault kv put …
_SET = re.compile(
    rf"((?<![\w-])(?:--(?:set(?:-string|-json|-file|-literal)?|from-literal|env|build-arg)|-e)[=\s]\s{{0,4}}"
    rf"{QUOTE}?[\w.\[\]\\/-]{{1,128}}=)"
    rf"{NOT_CUT}(?P<value>{VALUE})"
)
_SETTING = re.compile(r"\b(?:set env|vault (?:kv )?(?:put|write|patch)|config set|configure set)\b[^\n]{0,2048}")
_EQUALS = re.compile(rf"(?<=[\w.-]=){NOT_CUT}(?P<value>{VALUE})")
_CONFIGURED = re.compile(rf"({_WORD}[\w.-]{{0,48}}\s+){NOT_CUT}(?P<value>{VALUE})")
# What an environment holds is never shown, under whatever name.
_VARIABLE = re.compile(rf"((?<![\w.-])[A-Z][A-Z0-9_]{{2,63}}=){NOT_CUT}(?P<value>{VALUE})")


def cut(text: str) -> str:
    """The text with what follows flags and assignments of commands cut."""
    if "-" in text:
        text = _flags(text)
    if mentions(text, ("redis-cli", "ldap", "openssl", "htpasswd", "sqlplus", "rabbitmqctl")):
        text = _OTHER.sub(rf"\1{CUT}", text)
    if "=" in text:
        text = _VARIABLE.sub(rf"\1{CUT}", text)
    if "|" in text:
        text = _PIPED.sub(rf"\1{CUT}", text)
    if mentions(text, ("securestring",)):
        text = _SECURE.sub(rf"\1{CUT}", text)
    if "<<<" in text:
        text = _HERE.sub(rf"\1{CUT}", text)
    return _SETTING.sub(_setting, text) if mentions(text, ("set ", "vault ")) else text


def _flags(text: str) -> str:
    if mentions(text, _FLAG_WORDS):
        text = _FLAG.sub(_flag, text)
    if mentions(text, ("-u", "user", "u ", 'u"', "u'", "curl")):
        text = _USER.sub(rf"\1{CUT}", text)
    if mentions(text, tuple(f"{before}-p" for before in " \t\"'`")):
        text = _CLIENT.sub(rf"\1{CUT}", text)
    return _SET.sub(rf"\1{CUT}", text) if "=" in text else text


def _flag(match: re.Match[str]) -> str:
    return match[0] if _POINTER.fullmatch(match["flag"]) else f"{match['flag']}{match['gap']}{CUT}"


def _setting(match: re.Match[str]) -> str:
    return _EQUALS.sub(CUT, _CONFIGURED.sub(rf"\1{CUT}", match[0]))
