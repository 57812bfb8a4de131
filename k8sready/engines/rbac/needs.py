"""What a permission is needed for, in short words: verbs on resources; and which of many needs a rule meets."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import product

from ...objects.rbac import PolicyRule
from .matching import ALL, rule_allows
from .requests import Request

ANY_NAME = "\N{NULL}any"  # no resourceNames can list it: allowed means allowed whatever the name
NAMELESS = frozenset({"create", "list", "watch", "deletecollection"})  # these requests name no object
# Objects without a namespace, which no RoleBinding reaches. Not here: `namespaces`, whose requests carry their own name
# as the namespace, and `clusterroles`, whose `bind` is asked in the namespace of the RoleBinding.
CLUSTER_SCOPED = frozenset(
    (
        *("nodes", "persistentvolumes", "clusterrolebindings", "users", "groups", "uids", "userextras", "signers"),
        *("certificatesigningrequests", "customresourcedefinitions", "apiservices", "clusterpolicies"),
        *("validatingwebhookconfigurations", "mutatingwebhookconfigurations", "clusternetworkpolicies"),
        *("validatingadmissionpolicies", "validatingadmissionpolicybindings"),
        *("mutatingadmissionpolicies", "mutatingadmissionpolicybindings"),
    )
)


@dataclass(frozen=True, slots=True, eq=False)
class Need:
    """Any one of these requests. Compared by identity: needs are made once, and asked about for every rule."""

    requests: tuple[Request, ...]
    verbs: frozenset[str]


def parse_need(text: str) -> Need:
    """A need in the table's words: verbs, a space, resources (`create,patch pods/exec,deployments.apps`) or paths."""
    verbs, resources = text.strip().split(" ")
    requests = tuple(_request(verb, item) for verb in verbs.split(",") for item in resources.split(","))
    return Need(requests, frozenset(verbs.split(",")))


def _request(verb: str, item: str) -> Request:
    if item.startswith("/") or item == ALL:
        return Request(verb, path=item)
    combined, _, group = item.partition(".")
    if "/" in combined:
        resource, subresource = combined.split("/")
        return Request(verb, group, resource, subresource, name=ANY_NAME)
    # create and deletecollection name nothing; rules with resourceNames never allow them
    return Request(verb, group, combined, name="" if verb in NAMELESS else ANY_NAME)


def meets(rule: PolicyRule, need: Need, limited: bool = False, local: bool = False) -> bool:
    """Whether a rule allows one of a need's requests.

    `limited`: for the resource names that it lists; `local`: through a RoleBinding, which reaches no cluster object.
    """
    requests = (item for item in need.requests if not (local and _clustered(item)))
    return any(rule_allows(rule, _named(request, rule) if limited else request) for request in requests)


def _clustered(request: Request) -> bool:
    return bool(request.path) or request.resource in CLUSTER_SCOPED


def _named(request: Request, rule: PolicyRule) -> Request:
    nameless = request.verb in ("create", "deletecollection") and not request.subresource
    if not rule.resource_names or request.path or nameless:
        return request
    return replace(request, name=rule.resource_names[0])


class NeedIndex:
    """Many needs, found by what a rule says, so that few of them have to be looked at closely."""

    def __init__(self, needs: Iterable[Need]) -> None:
        self._all = tuple(dict.fromkeys(needs))
        self._by_request: dict[tuple[str, str, str], list[Need]] = defaultdict(list)
        for need in self._all:
            for request in need.requests:
                if not request.path:
                    self._by_request[request.verb, request.group, request.combined].append(need)

    def near(self, rule: PolicyRule) -> Iterator[Need]:
        """The needs that a rule may meet; for rules without wildcards and URLs hardly another one."""
        if rule.non_resource_urls or any(ALL in item for item in (*rule.verbs, *rule.api_groups, *rule.resources)):
            verbs = frozenset(rule.verbs)
            yield from (need for need in self._all if ALL in verbs or not verbs.isdisjoint(need.verbs))
            return
        found: dict[Need, None] = {}
        for key in product(rule.verbs, rule.api_groups, rule.resources):
            found.update(dict.fromkeys(self._by_request.get(key, ())))
        yield from found
