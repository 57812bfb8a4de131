"""What a cluster can tell about its secrets without reading one."""

from collections import defaultdict
from collections.abc import Iterable

import pandas as pd
from pandas import DataFrame, Series

from ...checks import Severity, check
from ...tables import TEMPLATED
from ...tables.accounts import RBAC
from ...tables.secrets import CLASSES_READ, MANAGERS_READ
from ..kinds import RUNS_ONCE
from ..texts import contains, judged
from .managers import BY_HAND, CERTIFIERS, ONE_EACH, UNSEEN_MANAGERS
from .names import BUNDLE, NOT_MATERIAL, PUBLISHED, TELLING, is_harmless
from .remedies import drop_token, refer_to_secret, tighten_mount

_CONTAINER = ("kind", "namespace", "name", "container")
_IN_A_SENTENCE = 5
_CONSUMED = ("env", "envFrom", "volume", "projected", "csi")


@check(Severity.HIGH, remedy=refer_to_secret, reference="P10-02")
def no_literal_credentials(env_literals: DataFrame) -> DataFrame:
    name, kind = env_literals["variable"], env_literals["value_kind"]
    harmless = judged(is_harmless, name, kind, env_literals["length"])
    return env_literals.assign(item=name, looks=kind, passed=harmless)


@check(Severity.MEDIUM, reference="P10-01")
def secrets_mounted_not_env(secret_references: DataFrame) -> DataFrame:
    rows = secret_references[secret_references["how"].isin(_CONSUMED) & ~secret_references["system"].fillna(False)]
    rows = rows[~contains(rows["kind"], RUNS_ONCE)]  # they end, and their environment with them
    rows = rows.assign(item=rows["secret"].fillna(rows["provider_class"]), entry=rows["variable"].fillna(rows["how"]))
    exposed = rows["how"].isin(["env", "envFrom"])
    return rows.assign(entries=_entries(rows[exposed]), passed=~exposed)


def _entries(rows: DataFrame) -> Series:
    """For each row what its Secret fills in its container; a dict, as pandas takes a second for 15,000 groups."""
    keys = list(zip(*(rows[name] for name in (*_CONTAINER, "item")), strict=True))
    found: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for key, entry in zip(keys, rows["entry"], strict=True):
        found[key].add(entry)
    told = {key: _some(names) for key, names in found.items()}
    return Series([told[key] for key in keys], rows.index, dtype="string")


@check(Severity.LOW, remedy=tighten_mount, reference="P10-03")
def secret_mounts_readonly(secret_references: DataFrame) -> DataFrame:
    of_files = secret_references["how"].isin(["volume", "projected"]) & secret_references["mount_path"].notna()
    on_linux = ~secret_references["windows"].fillna(False) & ~secret_references["system"].fillna(False)
    rows = secret_references[of_files & on_linux]
    readonly = rows["read_only"].fillna(False).astype("boolean")
    mode = rows["mode"].fillna(0o644).astype("int64")
    private = pd.Series(mode.to_numpy() & 0o007 == 0, index=rows.index, dtype="boolean")
    problem = [_problem(bool(ro), bool(own), int(bits)) for ro, own, bits in zip(readonly, private, mode, strict=True)]
    item = rows["secret"].fillna("") + " " + rows["mount_path"]
    return rows.assign(item=item, problem=problem, private=private, passed=readonly & private)


def _problem(readonly: bool, private: bool, mode: int) -> str:
    parts = [] if readonly else ["without readOnly"]
    return ", ".join([*parts, *([] if private else [f"with mode {mode:04o}"])])


@check(Severity.MEDIUM, reference="P10-04")
def configmaps_hold_no_credentials(configmaps: DataFrame) -> DataFrame:
    rows = configmaps[~configmaps["system"].fillna(False) & ~configmaps["name"].isin(PUBLISHED)]
    telling = contains(rows["name"], TELLING) & ~contains(rows["name"], NOT_MATERIAL)
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
    used = used[~contains(used["secret"].fillna(""), BUNDLE) & ~used["system"].fillna(False)]
    used = used[~contains(used["kind"], RUNS_ONCE)]  # each of many runs is a workload
    named = used["kind"].astype("string") + " " + used["name"].astype("string")
    shared = used.assign(user=named).groupby(["namespace", "secret"], observed=True)["user"]
    counts = shared.nunique().astype("Int64")
    told = {"users": shared.agg(_listed), "some_users": shared.agg(_some), "workloads": counts}
    rows = DataFrame(told).reset_index().rename(columns={"secret": "name"})
    return rows.assign(kind="Secret", passed=rows["workloads"] < workloads_below)


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(set(names)))


def _some(names: Iterable[str]) -> str:
    """As many of the names as a sentence holds."""
    listed = sorted(set(names))
    more = f" + {len(listed) - _IN_A_SENTENCE}" if listed[_IN_A_SENTENCE:] else ""
    return ", ".join(listed[:_IN_A_SENTENCE]) + more


@check(Severity.LOW, reference="P10-07")
def secret_not_copied(secrets: DataFrame, *, namespaces_below: int = 3) -> DataFrame:
    rows = secrets[~secrets["system"].fillna(False) & ~secrets["type"].isin(ONE_EACH)]
    rows = rows[~contains(rows["name"], BUNDLE) & rows["managed_by"].fillna("").isin(BY_HAND)]
    alike = rows.fillna({"type": "", "keys": -1}).groupby(["name", "type", "keys"], observed=True)["namespace"]
    copies = alike.nunique().astype("Int64")
    told = {"namespaces": alike.agg(_listed), "some_namespaces": alike.agg(_some), "copies": copies}
    found = DataFrame(told).reset_index()
    first = found["namespaces"].str.partition(", ")[0] if len(found) else found["namespaces"]
    # One row per name: of equal names with other keys the most widespread.
    found = found.assign(kind="Secret", namespace=first).sort_values("copies", ascending=False, kind="stable")
    found = found.drop_duplicates("name").sort_values("name")
    return found.assign(passed=(found["copies"] < namespaces_below).astype("boolean"))


@check(Severity.MEDIUM, reference="P10-08", absent=MANAGERS_READ)
def secret_managed(secrets: DataFrame, discovery: DataFrame, *, days_at_most: int = 365) -> DataFrame:
    rows = secrets[~secrets["system"].fillna(False) & (secrets["type"] != "kubernetes.io/service-account-token")]
    days = rows["written_days"].fillna(rows["age_days"])
    groups = set(discovery["group"])
    anything = bool(groups & UNSEEN_MANAGERS)
    certificates = bool(groups & CERTIFIERS)
    # A manager that is here, and whose mark on a Secret was not read, may own it.
    released = rows["namespace"].isin(set(secrets.loc[secrets["type"] == "helm.sh/release.v1", "namespace"]))
    certified = (rows["type"] == "kubernetes.io/tls") & certificates
    hidden = ~rows["labels_told"].fillna(False) & (anything | certified | released)
    passed = (rows["managed_by"].notna() | (days <= days_at_most)).astype("boolean")
    return rows.assign(days=days.round(), passed=passed.mask(~passed.fillna(True) & hidden, pd.NA))


@check(Severity.HIGH, reference="P10-09")
def external_secrets_synced(external_secrets: DataFrame) -> DataFrame:
    return external_secrets.assign(passed=external_secrets["synced"])


@check(Severity.MEDIUM, reference="P10-09")
def sealed_secrets_synced(sealed_secrets: DataFrame) -> DataFrame:
    return sealed_secrets.assign(passed=sealed_secrets["synced"])


@check(Severity.MEDIUM, reference="P10-09", absent=TEMPLATED)
def secret_provider_class_used(secret_provider_classes: DataFrame) -> DataFrame:
    return secret_provider_classes.assign(passed=secret_provider_classes["workloads"] > 0)


@check(Severity.HIGH, reference="P10-09", absent=(CLASSES_READ,))
def secret_provider_class_exists(secret_references: DataFrame, secret_provider_classes: DataFrame) -> DataFrame:
    rows = secret_references[secret_references["provider_class"].notna()]
    existing = set(zip(secret_provider_classes["namespace"], secret_provider_classes["name"], strict=True))
    found = [pair in existing for pair in zip(rows["namespace"], rows["provider_class"], strict=True)]
    return rows.assign(item=rows["provider_class"], passed=pd.array(found, dtype="boolean"))


@check(Severity.HIGH, reference="P10-10")
def service_account_cannot_read_all_secrets(serviceaccounts: DataFrame, workloads: DataFrame) -> DataFrame:
    rows = serviceaccounts[~serviceaccounts["system"].fillna(False)]
    scope = rows["reads_all_secrets"]
    users = workloads.groupby(["namespace", "service_account"], observed=True).size().to_dict()
    used = [users.get(pair, 0) for pair in zip(rows["namespace"], rows["name"], strict=True)]
    severity = [Severity.HIGH.value if number else Severity.MEDIUM.value for number in used]
    return rows.assign(
        severity=severity,
        workloads=pd.array(used, dtype="Int64"),
        scope=scope.map({"cluster": "of the cluster", "namespace": "of a namespace", "none": ""}),
        binding=rows["reads_all_secrets_through"],
        passed=(scope == "none").astype("boolean").mask(scope.isna(), pd.NA),
    )


@check(Severity.HIGH, reference="P03-01", absent=("secrets",), needs=("serviceaccounts", "ingresses.networking.k8s.io"))
def referenced_secret_exists(secret_references: DataFrame, secrets: DataFrame) -> DataFrame:
    rows = secret_references[~secret_references["optional"].fillna(False) & secret_references["secret"].notna()]
    existing = set(zip(secrets["namespace"], secrets["name"], strict=True))
    found = [(space, name) in existing for space, name in zip(rows["namespace"], rows["secret"], strict=True)]
    later = (rows["to_come"].fillna(False) | (rows["on_mount"].fillna(False) & (rows["pods"] == 0))).astype("boolean")
    verdicts = Series(found, rows.index, dtype="boolean")
    return rows.assign(item=rows["secret"], passed=verdicts.mask(~verdicts & later, pd.NA))


@check(Severity.LOW, remedy=drop_token, reference="P07-07", absent=RBAC)
def default_token_not_mounted(workloads: DataFrame, serviceaccounts: DataFrame) -> DataFrame:
    rows = workloads[workloads["mounts_token"].fillna(True) & ~workloads["system"].fillna(False)]
    silent = workloads[~workloads["mounts_token"].fillna(True) & ~workloads["system"].fillna(False)]
    granted = serviceaccounts.set_index(["namespace", "name"])["has_grants"].to_dict()
    pairs = zip(rows["namespace"], rows["service_account"], strict=True)
    granted_to = Series([granted.get(pair, pd.NA) for pair in pairs], rows.index, dtype="boolean")
    needed = (granted_to | rows["logs_in"].fillna(False)).mask(rows["mounts_token"].isna())
    return pd.concat(
        [rows.assign(passed=needed), silent.assign(passed=pd.array([True] * len(silent), dtype="boolean"))]
    )
