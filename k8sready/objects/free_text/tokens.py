"""Credentials by their own look: PEM, JWT, keys of clouds and forges, webhook addresses, random strings."""

import re
from operator import ne

from .cut import CUT, mentions

# Prefixes that their issuers documented so that scanners find them.
PREFIXED = (
    r"(?:AKIA|ASIA|AIDA|AROA|ABIA|ACCA|LTAI)[A-Za-z0-9]{12,}"
    r"|gh[pousr]_[\w-]{16,}|github_pat_[\w-]{20,}|gl(?:pat|dt|rt|ptt|ft|soat|agent|cbt|imt|oas)-[\w.-]{15,}"
    r"|xox[a-z](?:\.xox[a-z])?-[\w-]{10,}|xapp-[\w-]{10,}|sk-(?:[a-z0-9]{2,8}-){0,3}\w{16,}[\w-]*|[srp]k_(?:live|test)_[\w-]{10,}"
    r"|AIza[\w-]{30,}|ya29\.[\w-]{20,}|GOCSPX-[\w-]{20,}|hv[sbr]\.[\w-]{20,}|npm_[A-Za-z0-9]{30,}|pypi-\w{16,}[\w-]*"
    r"|do[opr]_v1_[\w-]{30,}|dckr_pat_[\w-]{20,}|SG\.[\w-]{16,}\.[\w-]{16,}|shp(?:at|ca|pa|ss)_[\w-]{20,}"
    r"|ATATT[\w=-]{20,}|AGE-SECRET-KEY-1[A-Z0-9]{20,}|K10[0-9a-f]{32,}(?:::[\w:.-]*)?|eyJ[\w+/=-]{10,}(?:\.[\w+/=-]*)*"
    r"|LS0tLS1CRUdJTi[\w+/=]*|sntrys?_[\w=-]{20,}|gl(?:sa|c)_[\w+/=]{20,}|dapi[0-9a-f]{32}|hf_[A-Za-z0-9]{30,}"
    r"|tskey-[\w-]{16,}|dp\.(?:st|pt|ct|sa|scim|audit)\.[\w.-]{20,}|pul-[0-9a-f]{40}|whsec_[\w+/=]{20,}"
    r"|nvapi-[\w-]{40,}|NRAK-[A-Z0-9]{20,}|dckr_oat_[\w-]{20,}|AT(?:BB|CTT)[\w=-]{20,}|\w{14}\.atlasv1\.[\w-]{40,}"
)
_TOKENS = re.compile(
    r"-----BEGIN(?s:[^-]{1,64}-----.*?)(?:-----END[^-]{1,64}-----|\Z)"
    rf"|(?<![A-Za-z0-9])(?:{PREFIXED})"
    r"|\$(?:apr1|1|2[aby]|5|6|y|argon2\w{0,2})\$[\w./$=,+-]{8,}"  # crypt(3)
    # as LDAP and htpasswd write them: {SSHA}…
    r"|(?<=(?i:sha|md5)\})[\w+/=-]{8,}|(?<=(?i:sha)\d{3}\})[\w+/=-]{8,}|(?<=(?i:crypt)\})[\w./$=,+-]{8,}"
    # a private key without the lines around it
    r"|MII[A-Za-z0-9]{3}IBA(?:AK|DAN)[\w+/=]*|(?:MHcCAQEE|MIG[HT]AgEAMB)[\w+/=]*"
    # Addresses that are passwords: Slack, Discord, Teams, IFTTT, Zapier, PagerDuty, Mattermost, Rocket.Chat, Telegram.
    r"|(?<=hooks\.slack\.com/)[\w/-]+|(?<=/api/webhooks/)[\w/-]+|(?<=/webhookb2/)[\w@/-]+|(?<=/with/key/)[\w-]+"
    r"|(?<=/hooks/catch/)[\w/-]+|(?<=/integration/)[\w-]{8,}(?=/enqueue(?![\w-]))|(?<=/hooks/)[a-z0-9]{26}(?!\w)"
    r"|(?<=/hooks/)[A-Za-z0-9]{17,24}/[A-Za-z0-9]{40,}|(?<![A-Za-z0-9])(?:bot)?\d{8,10}:AA[\w-]{30,}"
)
_BOOTSTRAP = re.compile(r"(?<![\w.-])[a-z0-9]{6}\.[a-z0-9]{16}(?![\w.-])")  # kubeadm's
_SIGNS = (
    *("-----begin", "akia", "asia", "aida", "aroa", "abia", "acca", "ltai", "gh", "github_pat", "gl", "xox", "xapp"),
    *("sk-", "k_", "aiza", "ya29", "gocspx", "hv", "npm_", "pypi", "_v1_", "dckr", "sg.", "shp", "atatt", "age-secret"),
    *(
        "k10",
        "eyj",
        "sntry",
        "dapi",
        "hf_",
        "tskey",
        "dp.",
        "pul-",
        "whsec",
        "nvapi",
        "nrak",
        "atbb",
        "atctt",
        "atlasv1",
    ),
    *("hooks", "webhook", "/key/", "/integration/", ":aa", "ls0tls1crudjti"),
    *("$apr1$", "$1$", "$2", "$5$", "$6$", "$y$", "$argon2", "sha}", "md5}", "sha256}", "sha384}", "sha512}", "crypt}"),
    *("mii", "mhccaqee", "mighageamb", "migtageamb"),
)
_LONG = re.compile(r"[A-Za-z0-9+/=_-]{20,}")
_DIGIT_WITHIN = re.compile(r"[A-Za-z]\d+[A-Za-z]")
_CHANGES = 0.4  # a share: random strings have 0.6, base64 of text 0.4 and more, CamelCase with a number 0.3
_DIGEST = re.compile(r"[0-9A-Fa-f-]+|[0-9a-z/_=+-]+|[0-9A-Z/_=+-]+")


def cut(text: str) -> str:
    """The text without strings that are credentials wherever they stand."""
    return cut_random(cut_documented(text))


def cut_documented(text: str) -> str:
    """The text without credentials whose form is documented."""
    return _BOOTSTRAP.sub(CUT, _TOKENS.sub(CUT, text) if is_token(text) else text)


def cut_random(text: str) -> str:
    """The text without long strings that look random."""
    return _LONG.sub(_random, text)


def is_token(text: str) -> bool:
    """Whether a credential with a documented form is in it."""
    return mentions(text, _SIGNS) and _TOKENS.search(text) is not None


def _random(match: re.Match[str]) -> str:
    """Cut what changes between lower case, upper case and digits as random strings do and words never do."""
    text = match[0]
    if _DIGEST.fullmatch(text) or not _DIGIT_WITHIN.search(text):
        return text
    kinds = ["d" if sign.isdigit() else "U" if sign.isupper() else "l" for sign in text if sign.isalnum()]
    changes = sum(map(ne, kinds, kinds[1:]))
    return CUT if len(set(kinds)) == 3 and changes >= _CHANGES * len(kinds) else text
