"""Kubeconfigs as kubectl takes them: files joined, of which the first that says something counts.

Source: tools/clientcmd/loader.go of client-go.
"""

import os
from dataclasses import dataclass, field
from pathlib import Path
from types import GenericAlias
from typing import Any
from urllib.parse import quote

import msgspec
import yaml

from .yaml_loader import Loader

Named = dict[str, dict[str, Any]]
_Texts = tuple[str, ...]
_FILES = ("certificate-authority", "client-certificate", "client-key", "tokenFile")
_HEADER_LETTERS = "!#$&'*+-.^_`|~"


class UnusableError(Exception):
    """Why a kubeconfig cannot be used, without its content."""


class _Shape(msgspec.Struct, rename="kebab"):
    """What is looked at of an entry, by its types; the client looks at the rest."""


class _Context(_Shape):
    cluster: str | None = None
    user: str | None = None
    namespace: str | None = None


class _Cluster(_Shape):
    server: str | None = None
    certificate_authority: str | None = None
    proxy_url: str | None = None


class _Provider(_Shape):
    name: str | None = None


class _Plugin(_Shape):
    command: str | None = None


class _User(_Shape):
    client_certificate: str | None = None
    client_key: str | None = None
    token: str | None = None
    token_file: str | None = msgspec.field(default=None, name="tokenFile")
    as_: str | None = msgspec.field(default=None, name="as")
    as_uid: str | None = None
    as_groups: _Texts | None = None
    as_user_extra: dict[str, _Texts] | None = None
    auth_provider: _Provider | None = None
    exec: _Plugin | None = None


_SECTIONS: dict[str, tuple[str, type[_Shape]]] = {
    "contexts": ("context", _Context),
    "clusters": ("cluster", _Cluster),
    "users": ("user", _User),
}


@dataclass(frozen=True, slots=True)
class Login:
    """One context with its cluster and user."""

    context: str
    namespace: str
    cluster: dict[str, Any]
    user: dict[str, Any]

    def alone(self) -> dict[str, Any]:
        """A kubeconfig that holds nothing else."""
        context = {"cluster": self.context, "user": self.context}
        named = {"contexts": context, "clusters": self.cluster, "users": self.user}
        sections = {name: [{"name": self.context, _SECTIONS[name][0]: value}] for name, value in named.items()}
        return {"current-context": self.context, **sections}

    def impersonation(self) -> list[tuple[str, str]]:
        """The headers by which the API server answers as it would answer somebody else (kubectl --as)."""
        user = self.user
        one = [("Impersonate-User", user.get("as")), ("Impersonate-Uid", user.get("as-uid"))]
        groups = [("Impersonate-Group", group) for group in user.get("as-groups") or ()]
        extra = [
            (f"Impersonate-Extra-{quote(key, safe=_HEADER_LETTERS)}", value)
            for key, values in (user.get("as-user-extra") or {}).items()
            for value in values
        ]
        return [(name, str(value)) for name, value in (*one, *groups, *extra) if value]


@dataclass(slots=True)
class Kubeconfig:
    """What the files say together."""

    current: str = ""
    contexts: Named = field(default_factory=dict)
    clusters: Named = field(default_factory=dict)
    users: Named = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.contexts or self.clusters or self.users or self.current)

    def login(self, context: str | None) -> Login:
        """The context of that name, or the current one.

        Raises:
            UnusableError: it, its cluster or its user is not there.
        """
        name = context or self.current
        if not name:
            raise UnusableError("the kubeconfig sets no current context" if self else "no kubeconfig was found")
        found = _held(self.contexts, "context", name)
        cluster, user = str(found.get("cluster") or ""), str(found.get("user") or "")
        credentials = _with_token(_held(self.users, "user", user)) if user else {}
        namespace = str(found.get("namespace") or "default")  # as for kubectl
        return Login(name, namespace, _held(self.clusters, "cluster", cluster), credentials)


def load(named: str | Path | None) -> Kubeconfig:
    """The kubeconfig of that name; else those of $KUBECONFIG, of which some may be missing, or ~/.kube/config.

    Raises:
        UnusableError: a file is not a kubeconfig.
        OSError: a file cannot be read.
    """
    several = os.environ.get("KUBECONFIG") or "~/.kube/config"
    paths = [str(named)] if named else [path for path in dict.fromkeys(several.split(os.pathsep)) if path]
    whole = Kubeconfig()
    for path in (Path(path).expanduser() for path in paths):
        if path.exists():
            _join(whole, path)
    if named and not whole:
        raise UnusableError(f"{named} is not a kubeconfig: it holds no contexts")
    return whole


def _join(whole: Kubeconfig, path: Path) -> None:
    content = _content(path)
    current = content.get("current-context")
    whole.current = whole.current or (current if isinstance(current, str) else "")
    for section in _SECTIONS:
        known: Named = getattr(whole, section)
        for name, value in _entries(content, section, path).items():
            known.setdefault(name, _resolved(value, path.absolute().parent))


def _content(path: Path) -> dict[str, Any]:
    try:
        content = yaml.load(path.read_bytes(), Loader) or {}  # noqa: S506  it is a safe loader
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        raise UnusableError(f"{path} is not valid YAML{f' (line {mark.line + 1})' if mark else ''}") from None
    if not isinstance(content, dict):
        raise UnusableError(f"{path} is not a kubeconfig")
    return content


def _entries(content: dict[str, Any], section: str, path: Path) -> Named:
    one, shape = _SECTIONS[section]
    listed = content.get(section) or []
    if not isinstance(listed, list) or not all(
        isinstance(item, dict) and _is_name(item.get("name")) for item in listed
    ):
        raise UnusableError(f"{path} is not a kubeconfig: its {section} are no list of names")
    values = {item["name"]: item.get(one) or {} for item in reversed(listed)}
    try:
        msgspec.convert(list(values.values()), GenericAlias(list, (shape,)))
    except msgspec.ValidationError:
        raise UnusableError(f"{path} is not a kubeconfig: one of its {section} has another form") from None
    return dict(reversed(values.items()))


def _is_name(value: Any) -> bool:
    return isinstance(value, str) and value != ""


def _resolved(value: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Paths in a kubeconfig are relative to its folder; a plugin's name without a slash is found by $PATH."""
    given = {name: field for name, field in value.items() if field is not None}
    resolved = {**given, **{name: str(folder / value[name]) for name in _FILES if value.get(name)}}
    plugin = value.get("exec") or {}
    if "/" in (plugin.get("command") or ""):
        resolved["exec"] = {**plugin, "command": str(folder / plugin["command"])}
    return resolved


def _held(section: Named, what: str, name: str) -> dict[str, Any]:
    if name not in section:
        raise UnusableError(f"the kubeconfig holds no {what} {name!r:.80}")
    return section[name]


def _with_token(user: dict[str, Any]) -> dict[str, Any]:
    """A user whose token is in a file: what stands there counts, without the end of its line."""
    file = user.get("tokenFile")
    return {**user, "token": Path(file).read_text(encoding="utf-8").strip()} if file else user
