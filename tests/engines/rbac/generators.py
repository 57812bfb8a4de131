"""Random roles, bindings, subjects and requests that meet often; everything that validation of the API accepts."""

from random import Random
from typing import Any

VERBS = (
    *("get", "list", "watch", "create", "delete", "deletecollection", "*", "GET", "use", "escalate", "patch", "bind"),
    *("impersonate", "**", "get*"),
)
GROUPS = ("", "apps", "*", "example.com", "Apps", "*.com")
RESOURCES = (
    *("pods", "pods/log", "pods/*", "*/scale", "*/log", "*", "deployments", "deployments/scale", "secrets", "*/*"),
    *("namespaces", "nodes", "Pods", "*/", "log", "pods/", "/log", "pods*", "serviceaccounts/token", "clusterroles"),
    *("pods/log/x", "*/log/x", "po/ds"),
)
NAMES = ("", "a", "b", "*", "A")
URLS = (
    *("*", "/*", "/healthz", "/apis/*", "/apis", "/apis/", "/metrics", "/api**", "/a*b", "/healthz/*", "/a*b*", "**"),
    *("/*/x", "/healthz*", "/HEALTHZ", "/"),
)
PATHS = (
    *("/healthz", "/apis", "/apis/", "/apis/x", "/", "/metrics", "/api", "/api*", "/a*b", "/aXb", "*", "/healthz/a"),
    *("/a*bc", "/a*", "/x/x", "/healthzz", "/HEALTHZ", "**", "/apis/x/../y", "healthz"),
)
USERS = ("ann", "bob", "*", "Ann")
TEAMS = ("team-a", "team-b", "*")
ACCOUNTS = ("default", "ci")
API = "rbac.authorization.k8s.io"


def some(random: Random, values: tuple[str, ...], low: int = 1, high: int = 3) -> list[str]:
    return random.sample(values, min(random.randint(low, high), len(values)))


class World:
    """One batch of objects under a prefix, so that batches on one server do not meet."""

    def __init__(self, seed: int, namespaces: list[str], prefix: str) -> None:
        self.random, self.namespaces, self.prefix = Random(seed), namespaces, prefix
        names = [f"{prefix}-role-{number}" for number in range(6)]
        self.cluster_roles = [self.role("ClusterRole", name, "") for name in names]
        self.roles = [self.role("Role", name, space) for space in namespaces for name in names[:4]]
        self.cluster_roles += [self.aggregated(number) for number in range(3)]
        kinds = [("ClusterRoleBinding", ""), *(("RoleBinding", space) for space in namespaces)]
        self.bindings = [self.binding(kind, space, number) for kind, space in kinds for number in range(4)]

    def rule(self, cluster: bool) -> dict[str, Any]:
        random = self.random
        if cluster and random.random() < 0.25:
            return {"verbs": some(random, VERBS), "nonResourceURLs": some(random, URLS)}
        # lists of groups or resources may not be empty (validation), those of names may
        rule = {"verbs": some(random, VERBS), "apiGroups": some(random, GROUPS), "resources": some(random, RESOURCES)}
        if random.random() < 0.3:
            rule["resourceNames"] = some(random, NAMES)
        return rule

    def role(self, kind: str, name: str, namespace: str) -> dict[str, Any]:
        labels = {f"{self.prefix}/to": str(self.random.randint(0, 2))} if kind == "ClusterRole" else {}
        metadata = {"name": name, "labels": labels} | ({"namespace": namespace} if namespace else {})
        rules = [self.rule(kind == "ClusterRole") for _ in range(self.random.randint(0, 3))]
        return {"apiVersion": f"{API}/v1", "kind": kind, "metadata": metadata, "rules": rules}

    def aggregated(self, number: int) -> dict[str, Any]:
        """Each one but the last is aggregated by the next as well."""
        key = f"{self.prefix}/to"
        role = self.role("ClusterRole", f"{self.prefix}-sum-{number}", "")
        role["metadata"]["labels"] = {key: str(number + 1)} if number < 2 else {}
        selectors: list[dict[str, Any]] = [{"matchLabels": {key: str(number)}}]
        if self.random.random() < 0.5:
            operators = ({"operator": "In", "values": [str(number), "7"]}, {"operator": "Exists"})
            selectors.append({"matchExpressions": [{"key": key, **self.random.choice(operators)}]})
        if number < 2:  # in a circle of aggregates, rules that somebody wrote may have been copied before they are lost
            role["rules"] = []
        return {**role, "aggregationRule": {"clusterRoleSelectors": selectors}}

    def subject(self, namespace: str) -> dict[str, Any]:
        """A subject of a binding in a namespace, or ("") of a ClusterRoleBinding."""
        random, kind = self.random, self.random.choice(("User", "Group", "ServiceAccount", "ServiceAccount"))
        if kind == "ServiceAccount":
            subject = {"kind": kind, "name": random.choice(ACCOUNTS)}
            near = namespace and random.random() < 0.4
            return subject if near else {**subject, "namespace": random.choice(self.namespaces)}
        if kind == "User" and random.random() < 0.3:
            return {"kind": kind, "apiGroup": API, "name": self.account_name()}
        if kind == "Group" and random.random() < 0.5:
            return {"kind": kind, "apiGroup": API, "name": random.choice(self.shared(namespace))}
        name = random.choice(USERS if kind == "User" else TEAMS)
        return {"kind": kind, "apiGroup": API, "name": f"{self.prefix}-{name}"}

    def shared(self, namespace: str) -> tuple[str, ...]:
        """Groups of the server; those that all batches share only where they grant nothing to other batches."""
        own = tuple(f"system:serviceaccounts:{space}" for space in self.namespaces)
        return (*own, "system:authenticated", "system:serviceaccounts") if namespace else own

    def account_name(self) -> str:
        return f"system:serviceaccount:{self.random.choice(self.namespaces)}:{self.random.choice(ACCOUNTS)}"

    def binding(self, kind: str, namespace: str, number: int) -> dict[str, Any]:
        pool = self.cluster_roles if not namespace or self.random.random() < 0.5 else self.roles
        target = self.random.choice(pool)
        name = "missing" if self.random.random() < 0.1 else target["metadata"]["name"]
        metadata = {"name": f"{self.prefix}-{number}"} | ({"namespace": namespace} if namespace else {})
        subjects = [self.subject(namespace) for _ in range(self.random.randint(0, 3))]
        reference = {"apiGroup": API, "kind": target["kind"], "name": name}
        return {
            "apiVersion": f"{API}/v1",
            "kind": kind,
            "metadata": metadata,
            "subjects": subjects,
            "roleRef": reference,
        }

    def objects(self) -> list[dict[str, Any]]:
        return [*self.cluster_roles, *self.roles, *self.bindings]

    def review(self) -> dict[str, Any]:
        """The spec of one SubjectAccessReview."""
        random = self.random
        user = self.account_name() if random.random() < 0.5 else f"{self.prefix}-{random.choice(USERS)}"
        groups = [f"{self.prefix}-{team}" for team in some(random, TEAMS, 0, 2)]
        if random.random() < 0.6:
            groups += some(random, (*self.shared("any"), "system:unauthenticated"), 1, 3)
        if random.random() < 0.02:
            groups.append("system:masters")
        spec: dict[str, Any] = {"user": user, "groups": groups}
        if random.random() < 0.2:
            return spec | {"nonResourceAttributes": {"verb": random.choice(VERBS), "path": random.choice(PATHS)}}
        resource, _, subresource = random.choice(RESOURCES).partition("/")
        attributes = {"verb": random.choice(VERBS), "group": random.choice(GROUPS), "resource": resource}
        attributes |= {"namespace": random.choice(["", *self.namespaces]), "name": random.choice(NAMES)}
        return spec | {
            "resourceAttributes": attributes | {"subresource": subresource or random.choice(("", "", "log"))}
        }
