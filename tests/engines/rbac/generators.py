"""Random roles, bindings, subjects and requests that meet often; everything that validation of the API accepts."""

from random import Random
from typing import Any

VERBS = ("get", "list", "watch", "create", "delete", "deletecollection", "*", "GET", "use", "escalate", "patch")
GROUPS = ("", "apps", "*", "example.com")
RESOURCES = (
    *("pods", "pods/log", "pods/*", "*/scale", "*/log", "*", "deployments", "deployments/scale", "secrets", "*/*"),
    *("namespaces", "nodes", "Pods", "*/", "log"),
)
NAMES = ("", "a", "b", "*", "A")
URLS = ("*", "/*", "/healthz", "/apis/*", "/apis", "/apis/", "/metrics", "/api**", "/a*b", "/healthz/*")
PATHS = ("/healthz", "/apis", "/apis/", "/apis/x", "/", "/metrics", "/api", "/api*", "/a*b", "/aXb", "*", "/healthz/a")
USERS = ("ann", "bob", "*", "Ann")
TEAMS = ("team-a", "team-b", "system:authenticated", "system:serviceaccounts", "*")
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
        self.cluster_roles += [self.aggregated(number) for number in range(2)]
        kinds = [("ClusterRoleBinding", ""), *(("RoleBinding", space) for space in namespaces)]
        self.bindings = [self.binding(kind, space, number) for kind, space in kinds for number in range(4)]

    def rule(self, cluster: bool) -> dict[str, Any]:
        random = self.random
        if cluster and random.random() < 0.25:
            return {"verbs": some(random, VERBS), "nonResourceURLs": some(random, URLS)}
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
        """The second one aggregates the first as well."""
        role = self.role("ClusterRole", f"{self.prefix}-sum-{number}", "")
        role["metadata"]["labels"] = {f"{self.prefix}/to": "1"} if number == 0 else {}
        selectors: list[dict[str, Any]] = [{"matchLabels": {f"{self.prefix}/to": str(number)}}]
        if self.random.random() < 0.5:
            operator = {"key": f"{self.prefix}/to", "operator": "In", "values": [str(number), "7"]}
            selectors.append({"matchExpressions": [operator]})
        return {**role, "rules": [], "aggregationRule": {"clusterRoleSelectors": selectors}}

    def subject(self) -> dict[str, Any]:
        random, kind = self.random, self.random.choice(("User", "Group", "ServiceAccount", "ServiceAccount"))
        if kind == "ServiceAccount":
            name, space = random.choice(ACCOUNTS), random.choice(self.namespaces)
            return {"kind": kind, "name": name, "namespace": space}
        if kind == "User" and random.random() < 0.2:
            return {"kind": kind, "apiGroup": API, "name": self.account_name()}
        name = random.choice(USERS if kind == "User" else TEAMS)
        return {"kind": kind, "apiGroup": API, "name": name if ":" in name else f"{self.prefix}-{name}"}

    def account_name(self) -> str:
        return f"system:serviceaccount:{self.random.choice(self.namespaces)}:{self.random.choice(ACCOUNTS)}"

    def binding(self, kind: str, namespace: str, number: int) -> dict[str, Any]:
        pool = self.cluster_roles if not namespace or self.random.random() < 0.5 else self.roles
        target = self.random.choice(pool)
        name = "missing" if self.random.random() < 0.1 else target["metadata"]["name"]
        metadata = {"name": f"{self.prefix}-{number}"} | ({"namespace": namespace} if namespace else {})
        subjects = [subject for _ in range(self.random.randint(0, 3)) if self.own(subject := self.subject())]
        reference = {"apiGroup": API, "kind": target["kind"], "name": name}
        return {
            "apiVersion": f"{API}/v1",
            "kind": kind,
            "metadata": metadata,
            "subjects": subjects,
            "roleRef": reference,
        }

    def own(self, subject: dict[str, Any]) -> bool:
        """Groups that every batch shares would carry grants from one batch into another."""
        return not (subject["kind"] == "Group" and subject["name"].startswith("system:"))

    def objects(self) -> list[dict[str, Any]]:
        return [*self.cluster_roles, *self.roles, *self.bindings]

    def review(self) -> dict[str, Any]:
        """The spec of one SubjectAccessReview."""
        random = self.random
        user = self.account_name() if random.random() < 0.4 else f"{self.prefix}-{random.choice(USERS)}"
        teams = some(random, TEAMS, 0, 2)
        groups = [team if ":" in team else f"{self.prefix}-{team}" for team in teams]
        spec: dict[str, Any] = {"user": user, "groups": groups}
        if random.random() < 0.2:
            return spec | {"nonResourceAttributes": {"verb": random.choice(VERBS), "path": random.choice(PATHS)}}
        resource, _, subresource = random.choice(RESOURCES).partition("/")
        attributes = {"verb": random.choice(VERBS), "group": random.choice(GROUPS), "resource": resource}
        attributes |= {"namespace": random.choice(["", *self.namespaces]), "name": random.choice(NAMES)}
        return spec | {
            "resourceAttributes": attributes | {"subresource": subresource or random.choice(("", "", "log"))}
        }
