"""What the caller may list: all rules of a namespace in one review where the authorizers can tell them."""

import threading
from collections import defaultdict

import msgspec

from ..objects.kinds import Kind
from .identity import Fetching, allowed, rules

_ALL = "*"
_Texts = tuple[str, ...]


class _Rule(msgspec.Struct, rename="camel"):
    verbs: _Texts = ()
    api_groups: _Texts = ()
    resources: _Texts = ()
    resource_names: _Texts = ()  # of these only, which is no list

    def lists(self, kind: Kind) -> bool:
        """Whether it lets list the whole kind."""
        pairs = ((self.verbs, "list"), (self.api_groups, kind.group), (self.resources, kind.resource))
        return not self.resource_names and all({_ALL, one} & {*named} for named, one in pairs)


class _Status(msgspec.Struct, rename="camel"):
    resource_rules: tuple[_Rule, ...]
    incomplete: bool


class _Review(msgspec.Struct):
    status: _Status


class Rights:
    """Of 5,000 namespaces and forty kinds one review each would be 200,000. Called from several threads."""

    def __init__(self, fetch: Fetching) -> None:
        self._fetch, self._told = fetch, True
        self._lock, self._locks = threading.Lock(), defaultdict[str, threading.Lock](threading.Lock)
        self._rules: dict[str, tuple[_Rule, ...]] = {}

    def __call__(self, kind: Kind, namespace: str) -> bool | None:
        """Whether the caller may list a kind, everywhere where no namespace is named; None where nobody tells."""
        found = self._of(namespace) if namespace and self._told else None
        return allowed(self._fetch, kind, namespace) if found is None else any(rule.lists(kind) for rule in found)

    def _of(self, namespace: str) -> tuple[_Rule, ...] | None:
        """All rules of a namespace; None, also from then on, where an authorizer cannot tell its own (a webhook)."""
        with self._lock:
            asking = self._locks[namespace]
        with asking:
            if namespace not in self._rules:
                try:
                    status = msgspec.json.decode(rules(self._fetch, namespace).body, type=_Review).status
                except msgspec.DecodeError:
                    status = _Status((), incomplete=True)
                if status.incomplete:
                    self._told = False
                    return None
                self._rules[namespace] = status.resource_rules
        return self._rules[namespace]
