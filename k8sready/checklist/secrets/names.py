"""What names tell: of variables, ConfigMaps and Secrets."""

import re

_ABROAD = r"passwort|kennwort|contrase[nñ]a|mot[_\-.]?de[_\-.]?passe|senha"
_SHORTENED = r"(?:^|[_\-.]|db|user|root|admin|smtp|mail|ldap)pass"  # dbpass; not bypass or compass
_BY_NAME = r"(?:rediscli|neo4j)_auth|erlang[_\-.]?cookie"  # under which programs take a password
# A name that speaks of a credential, unless its last word says that it is about one: where, which or whether.
_CREDENTIAL = re.compile(
    rf"(?i)pass(?:word|wd|phrase)|{_SHORTENED}(?:$|[_\-.])|requirepass|pwd|secret|token(?!iz)|credential|{_ABROAD}"
    rf"|(?:^|[_\-.])(?:pw|salt|basic[_\-.]?auth)$|(?:{_BY_NAME})$"
    r"|(?:api|app|private|access|auth|account|storage|signing|encrypt(?:ion)?|master|license|hmac|jwt|aes|fernet|csrf"
    r"|nonce|logged[_\-.]?in|salt|session|cookie|shared|unseal|security|subscription|deploy|insert|ingest)[_\-.]?key"
)
# Short words end others (admin, android, support), so they count only by themselves or behind a credential's word.
_ALONE = r"(?:(?<![A-Za-z])|(?<=key)|(?<=word)|(?<=pass)|(?<=ecret)|(?<=token)|(?<=tial)|(?-i:(?<=[a-z])(?=[A-Z])))"
_ABOUT = re.compile(
    rf"(?i)(?:{_ALONE}(?:id|uri|port|ref|ttl|min|max|days|kind|alg|role|arn|dir|flow)"
    r"|file|path|name|url|host|user|type|mode|folder|addr|address|endpoint|mount|expiry"
    r"|expiration|expires|expires_?in|lifetime|timeout|interval|period|duration|seconds|minutes|hours|length|size"
    r"|count|limit|enabled|disabled|required|allowed|class|format|algorithm|version|header"
    r"|issuer|audience|subject|scope|scopes|group|namespace|region|provider|backend|store|service|server|policy"
    r"|strategy|prefix|suffix|field|column|topic|queue|label|template|pattern|regex|rotation|cookie|domain|realm"
    r"|selector|annotation|param|option|schedule|hasher|validator|encoder|handler)s?$"
    r"|(?:pull|tls)[_\-.]?secrets?$|publishable|public[_\-.]?(?:key|token)|^(?:next|nuxt)_public_|site[_\-.]?key"
)
# Whether something is to be: what such a name holds is no credential unless it is random.
_WHETHER = re.compile(r"(?i)(?:^|[_\-.])(?:enable|disable|use|require|allow|show|hide|skip|has|is|feature|flag)[_\-.]")
# Names that end as if they said which, and hold the credential itself.
_ITSELF = re.compile(r"(?i)(?:vault|app_?role)[\w.-]*secret[_\-.]?id$|root[_\-.]?token[_\-.]?id$|erlang[_\-.]?cookie$")
_KEY_ID = re.compile(r"(?i)key[_\-.]?ids?$")  # which key, not the key
_WEAK_TOO = re.compile(
    rf"(?i)(?:pass(?:words?|wd|phrase)|pwd|{_SHORTENED}|requirepass|(?:^|[_\-.])pw|{_ABROAD}|{_BY_NAME}|secret[_\-.]?access[_\-.]?key"
    r"|(?:minio|s3)[_\-.]secret[_\-.]?key|root[_\-.]?token(?:[_\-.]?id)?)(?:[_\-.]?\d+)?$"
)
_GIVEN_AWAY = ("private-key", "jwt", "cloud-key", "url-with-credentials", "text-with-credentials")
TELLING = (
    r"(?i)passw(?!ordless)|secret(?!ar)|credential|kubeconfig|private-?key|api-?key|tokens?(?![a-z])|dockerconfig"
    r"|\.pem$"
)
# ConfigMaps that a controller puts into every namespace, so that nobody chose their names.
PUBLISHED = ("kube-root-ca.crt", "openshift-service-ca.crt", "istio-ca-root-cert")
NOT_MATERIAL = (
    r"(?i)ca-bundle|trust(?!ed-(?!ca))|(?<![a-z])public-?(?:keys?|certs?|ca)(?![a-z])|cert-manager"
    r"|(?:external|sealed)-?secrets|secrets-store|token-review"
    r"|(?:secrets?|tokens?|passwords?|credentials?|kubeconfig)-(?:operator|manager|controller|driver|provider|service"
    r"|exchange|policy|policies|sync|reflector|rotation|reset|strength|bucket|webhook|config|settings|scripts?|templates?"
    r"|dashboards?|rules|schema|scan(?:s|ner|ning)?|detect(?:ion|or)|patterns|generator)"
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
    if not _CREDENTIAL.search(named) or (_ABOUT.search(named) and not _ITSELF.search(named)):
        return True
    # Random is at least twelve characters with 3.5 bits of entropy each. A weak password is one all the same, where the
    # name leaves no doubt.
    weak = kind in ("text", "number") and length >= 4 and _WEAK_TOO.search(named) and not _WHETHER.search(named)
    return kind != "random" and not weak
