"""What names tell: of variables, ConfigMaps and Secrets."""

import re

# A name that speaks of a credential, unless its last word says that it is about one: where, which or whether.
_CREDENTIAL = re.compile(
    r"(?i)pass(?:word|wd|phrase)|(?:^|[_\-.])pass(?:$|[_\-.])|requirepass|pwd|secret|token(?!iz)|credential"
    r"|(?:api|app|private|access|auth|account|storage|signing|encryption|master|license|hmac|jwt|aes)[_\-.]?key"
)
_ABOUT = re.compile(
    r"(?i)(?:name|file|path|dir|folder|id|url|uri|host|port|addr|address|endpoint|user|username|ref|mount|ttl|expiry"
    r"|expiration|expires|expires_?in|lifetime|timeout|interval|period|duration|seconds|minutes|hours|days|length|size"
    r"|count|limit|max|min|enabled|disabled|required|allowed|type|kind|class|mode|format|algorithm|alg|version|header"
    r"|issuer|audience|subject|scope|scopes|role|group|namespace|region|arn|provider|backend|store|service|server|policy"
    r"|strategy|prefix|suffix|field|column|topic|queue|label|template|pattern|regex|rotation|flow|cookie|domain|realm"
    r"|selector|annotation|param|option|schedule)s?$"
    r"|(?:pull|tls)[_\-.]?secrets?$|public|publishable|site[_\-.]?key|(?:^|[_\-.])(?:enable|disable|use|require|allow|show|hide|skip|has|is|feature|flag)[_\-.]"
)
_KEY_ID = re.compile(r"(?i)key[_\-.]?ids?$")  # which key, not the key
_WEAK_TOO = re.compile(r"(?i)(?:pass(?:word|wd|phrase)|pwd|(?:^|[_\-.])pass|requirepass)(?:[_\-.]?\d+)?$")
_GIVEN_AWAY = ("private-key", "jwt", "cloud-key", "url-with-credentials", "text-with-credentials")
TELLING = (
    r"(?i)passw(?!ordless)|secret|credential|kubeconfig|private-?key|api-?key|tokens?(?![a-z])|dockerconfig|\.pem$"
)
NOT_MATERIAL = (
    r"(?i)kube-root-ca|ca-bundle|trust|public|cert-manager|(?:external|sealed)-?secrets|secrets-store|token-review"
    r"|(?:secrets?|tokens?|passwords?|credentials?)-(?:operator|manager|controller|driver|provider|service|exchange|policy"
    r"|policies|sync|reflector|rotation|reset|strength|bucket|webhook|config|settings|scripts?|templates?|dashboards?"
    r"|rules|schema)"
)
BUNDLE = (
    r"(?i)(?:^|-)(?:ca|tls|cert|certs|trust)(?:-|$)|ca-bundle|-tls$|regcred|dockerconfig"
    r"|(?:pull|registry)-?(?:secret|creds?|credentials?)"
)


def is_harmless(name: str | None, kind: str, length: int) -> bool:
    """Whether a literal of this name and look is no credential; lengths are rounded down to powers of two."""
    named = name or ""
    if kind in _GIVEN_AWAY:
        return kind == "cloud-key" and _KEY_ID.search(named) is not None
    if not _CREDENTIAL.search(named) or _ABOUT.search(named):
        return True
    # Random is at least twelve characters with 3.5 bits of entropy each. A weak password is one all the same, where the
    # name leaves no doubt.
    weak = kind in ("text", "number") and length >= 4 and _WEAK_TOO.search(named) is not None
    return kind != "random" and not weak
