"""What a cluster can tell about its secrets without reading one."""

import pandas as pd
from pandas import DataFrame

from ...checks import Severity, check
from ..texts import contains
from .remedies import drop_token, refer_to_secret, tighten_mount

# A name that speaks of a credential, unless it speaks of where or which one it is.
_CREDENTIAL = (
    r"(?i)pass(?:word|wd|phrase)?(?:$|[_\-.])|passw|secret|token|api[_\-]?key|private[_\-]?key|access[_\-]?key"
    r"|credential|auth[_\-]?key"
)
_POINTER = (
    r"(?i)(?:name|file|path|dir|id|url|uri|host|user|username|ref|mount|ttl|expiry|expiration|length|enabled|type"
    r"|header|issuer|audience)s?$|public"
)
_GIVEN_AWAY = ("private-key", "jwt", "cloud-key", "url-with-credentials")
_NO_CREDENTIAL = ("empty", "reference", "placeholder", "boolean", "number", "path", "url", "pem")
_TELLING_NAME = r"(?i)passw|secret|credential|kubeconfig|private-?key|api-?key|token|dockerconfig"
_NOT_MATERIAL = r"(?i)kube-root-ca|ca-bundle|trust|public|cert-manager"


@check(Severity.HIGH, remedy=refer_to_secret, reference="P10-02")
def no_literal_credentials(env_literals: DataFrame) -> DataFrame:
    name = env_literals["variable"].fillna("")
    named = contains(name, _CREDENTIAL) & ~contains(name, _POINTER)
    kind = env_literals["value_kind"].astype("string")
    long_enough = env_literals["length"].fillna(0) >= 4  # lengths are rounded down to powers of two
    caught = kind.isin(_GIVEN_AWAY) | (named & ~kind.isin(_NO_CREDENTIAL) & long_enough)
    return env_literals.assign(item=name, looks=kind, passed=~caught.astype("boolean"))


@check(Severity.MEDIUM, reference="P10-01")
def secrets_mounted_not_env(secret_references: DataFrame) -> DataFrame:
    rows = secret_references[secret_references["how"].isin(["env", "envFrom", "volume", "projected", "csi"])]
    item = rows["secret"].fillna("") + "/" + rows["how"].astype("string") + "/" + rows["variable"].fillna("")
    mount = rows["mount_path"].fillna("")
    return rows.assign(item=item + mount, passed=~rows["how"].isin(["env", "envFrom"]))


@check(Severity.LOW, remedy=tighten_mount, reference="P10-03")
def secret_mounts_readonly(secret_references: DataFrame) -> DataFrame:
    rows = secret_references[(secret_references["how"] == "volume") & secret_references["mount_path"].notna()]
    readonly = rows["read_only"].fillna(False).astype("boolean")
    mode = rows["default_mode"].fillna(0o644).astype("int64")
    private = pd.Series(mode.to_numpy() & 0o007 == 0, index=rows.index, dtype="boolean")
    problem = [_problem(bool(ro), bool(own), int(bits)) for ro, own, bits in zip(readonly, private, mode, strict=True)]
    item = rows["secret"].fillna("") + " " + rows["mount_path"]
    return rows.assign(item=item, problem=problem, passed=readonly & private)


def _problem(readonly: bool, private: bool, mode: int) -> str:
    parts = [] if readonly else ["writable"]
    return ", ".join([*parts, *([] if private else [f"with mode {mode:04o}"])])


@check(Severity.MEDIUM, reference="P10-04")
def configmaps_hold_no_credentials(configmaps: DataFrame) -> DataFrame:
    rows = configmaps[~configmaps["system"].fillna(False)]
    telling = contains(rows["name"], _TELLING_NAME) & ~contains(rows["name"], _NOT_MATERIAL)
    return rows.assign(passed=~telling)


@check(Severity.HIGH, reference="P10-05")
def encryption_at_rest(encryption: DataFrame) -> DataFrame:
    return encryption.assign(passed=encryption["encrypted"])


@check(Severity.MEDIUM, reference="P10-06")
def no_legacy_token_secrets(secrets: DataFrame) -> DataFrame:
    return secrets.assign(passed=secrets["type"] != "kubernetes.io/service-account-token")


@check(Severity.LOW, reference="P10-07")
def secret_not_shared_widely(secret_references: DataFrame, *, workloads_below: int = 5) -> DataFrame:
    used = secret_references[secret_references["how"].isin(["env", "envFrom", "volume", "projected"])]
    used = used[~contains(used["secret"].fillna(""), r"(?i)(?:^|-)(?:ca|tls|cert|certs|trust)(?:-|$)|ca-bundle|-tls$")]
    named = used["kind"].astype("string") + " " + used["name"].astype("string")
    shared = used.assign(user=named).groupby(["namespace", "secret"], observed=True)["user"]
    users = shared.agg(lambda names: ", ".join(sorted(set(names))))
    counts = shared.nunique().astype("Int64")
    rows = DataFrame({"users": users, "workloads": counts}).reset_index().rename(columns={"secret": "name"})
    return rows.assign(kind="Secret", passed=rows["workloads"] < workloads_below)


@check(Severity.MEDIUM, reference="P10-08")
def secret_managed(secrets: DataFrame, *, days_at_most: int = 365) -> DataFrame:
    rows = secrets[~secrets["system"].fillna(False) & (secrets["type"] != "kubernetes.io/service-account-token")]
    return rows.assign(passed=rows["managed_by"].notna() | (rows["age_days"] <= days_at_most))


@check(Severity.HIGH, reference="P10-09")
def external_secrets_synced(external_secrets: DataFrame) -> DataFrame:
    return external_secrets.assign(passed=external_secrets["synced"])


@check(Severity.MEDIUM, reference="P10-09")
def sealed_secrets_synced(sealed_secrets: DataFrame) -> DataFrame:
    return sealed_secrets.assign(passed=sealed_secrets["synced"])


@check(Severity.MEDIUM, reference="P10-10")
def service_account_cannot_read_all_secrets(serviceaccounts: DataFrame) -> DataFrame:
    rows = serviceaccounts[~serviceaccounts["system"].fillna(False)]
    scope = rows["reads_all_secrets"]
    cluster_wide = (scope == "cluster").fillna(False)
    return rows.assign(
        severity=cluster_wide.map({True: Severity.HIGH.value, False: Severity.MEDIUM.value}),
        scope=scope.map({"cluster": "of the cluster", "namespace": "of its namespace", "none": ""}),
        binding=rows["reads_all_secrets_through"],
        passed=(scope == "none").astype("boolean").mask(scope.isna(), pd.NA),
    )


@check(Severity.HIGH, reference="P03-01")
def referenced_secret_exists(secret_references: DataFrame, secrets: DataFrame) -> DataFrame:
    rows = secret_references[~secret_references["optional"].fillna(False) & secret_references["secret"].notna()]
    rows = rows[rows["how"] != "csi"]
    existing = set(zip(secrets["namespace"], secrets["name"], strict=True))
    found = [(space, name) in existing for space, name in zip(rows["namespace"], rows["secret"], strict=True)]
    item = rows["secret"] + "/" + rows["how"].astype("string") + "/" + rows["variable"].fillna("")
    item += rows["mount_path"].fillna("")
    return rows.assign(item=item, passed=pd.array(found, dtype="boolean"))


@check(Severity.LOW, remedy=drop_token, reference="P07-07")
def default_token_not_mounted(workloads: DataFrame, serviceaccounts: DataFrame) -> DataFrame:
    rows = workloads[workloads["mounts_token"].fillna(False) & ~workloads["system"].fillna(False)]
    silent = workloads[~workloads["mounts_token"].fillna(True) & ~workloads["system"].fillna(False)]
    granted = serviceaccounts.set_index(["namespace", "name"])["has_grants"].to_dict()
    pairs = zip(rows["namespace"], rows["service_account"], strict=True)
    needed = pd.array([granted.get(pair, pd.NA) for pair in pairs], dtype="boolean")
    return pd.concat(
        [rows.assign(passed=needed), silent.assign(passed=pd.array([True] * len(silent), dtype="boolean"))]
    )
