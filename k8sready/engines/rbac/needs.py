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
# as the namespace, and `clusterroles`, whose `bind` (no other verb) is asked in the namespace of the RoleBinding.
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
    """Any one of these requests, or (`anything`) one of the verbs on any resource; verbs may end in a colon: prefixes.

    Compared by identity: needs are made once, and asked about for every rule.
    """

    requests: tuple[Request, ...]
    verbs: frozenset[str]
    anything: bool = False


def parse_need(text: str) -> Need:
    """A need in the table's words: verbs, a space, resources (`create,patch pods/exec,deployments.apps`) or paths.

    Names that matter follow a resource after @ (`approve signers.certificates.k8s.io@kubernetes.io/*`): then a rule
    limited to such a name is as good as one that is not. `any` is any resource.
    """
    verbs, resources = text.strip().split(" ")
    if resources == "any":
        return Need((), frozenset(verbs.split(",")), anything=True)
    requests = tuple(_request(verb, item) for verb in verbs.split(",") for item in resources.split(","))
    return Need(requests, frozenset(verbs.split(",")))


def _request(verb: str, item: str) -> Request:
    if item.startswith("/") or item == ALL:
        return Request(verb, path=item)
    item, _, name = item.partition("@")
    combined, _, group = item.partition(".")
    if name:
        return Request(verb, group, combined, name=name)
    if "/" in combined:
        resource, subresource = combined.split("/")
        return Request(verb, group, resource, subresource, name=ANY_NAME)
    # create and deletecollection name nothing; rules with resourceNames never allow them
    return Request(verb, group, combined, name="" if verb in NAMELESS else ANY_NAME)


def meets(rule: PolicyRule, need: Need, limited: bool = False, local: bool = False) -> bool:
    """Whether a rule allows one of a need's requests.

    `limited`: for the resource names that it lists; `local`: through a RoleBinding, which reaches no cluster object.
    """
    if need.anything:
        nameable = limited and not need.verbs <= NAMELESS
        return _has_verb(rule, need) and (nameable or not rule.resource_names)
    requests = (item for item in need.requests if not (local and _clustered(item)))
    return any(rule_allows(rule, _named(request, rule) if limited else request) for request in requests)


def _has_verb(rule: PolicyRule, need: Need) -> bool:
    prefixes = tuple(verb for verb in need.verbs if verb.endswith(":"))
    fits = any(verb == ALL or verb in need.verbs or verb.startswith(prefixes) for verb in rule.verbs)
    return fits and bool(rule.resources and rule.api_groups)


def _clustered(request: Request) -> bool:
    roles = request.resource == "clusterroles" and request.verb != "bind"
    return bool(request.path) or roles or request.resource in CLUSTER_SCOPED


def _named(request: Request, rule: PolicyRule) -> Request:
    nameless = request.verb in ("create", "deletecollection") and not request.subresource
    chosen = request.name not in ("", ANY_NAME)
    if not rule.resource_names or request.path or nameless or chosen:
        return request
    return replace(request, name=rule.resource_names[0])


class NeedIndex:
    """Many needs, found by what a rule says, so that few of them have to be looked at closely."""

    def __init__(self, needs: Iterable[Need]) -> None:
        self._all = tuple(dict.fromkeys(needs))
        self._anything = tuple(need for need in self._all if need.anything)
        self._by_request: dict[tuple[str, str, str], list[Need]] = defaultdict(list)
        for need in self._all:
            for request in need.requests:
                if not request.path:
                    self._by_request[request.verb, request.group, request.combined].append(need)

    def near(self, rule: PolicyRule) -> Iterator[Need]:
        """The needs that a rule may meet; for rules without wildcards and URLs hardly another one."""
        if rule.non_resource_urls or any(ALL in item for item in (*rule.verbs, *rule.api_groups, *rule.resources)):
            verbs = frozenset(rule.verbs)
            fits = (need for need in self._all if ALL in verbs or need.anything or not verbs.isdisjoint(need.verbs))
            yield from fits
            return
        found = dict.fromkeys(need for need in self._anything if _has_verb(rule, need))
        for key in product(rule.verbs, rule.api_groups, rule.resources):
            found.update(dict.fromkeys(self._by_request.get(key, ())))
        yield from found
