"""What a cluster can tell about its namespaces."""

from itertools import compress

import pandas as pd
from pandas import DataFrame, Series

from ...checks import Severity, check
from ...engines.platform import KUBERNETES_NAMESPACES
from ...tables import TEMPLATED
from .fences import fences, with_workloads
from .remedies import add_fences, add_limit_range, add_quota

_QUOTAS, _POLICIES = "resourcequotas", "networkpolicies.networking.k8s.io"
# API groups of what makes nodes or requests follow the need: Karpenter, GKE Autopilot, the vertical autoscaler.
_ELASTIC = ("karpenter.sh", "auto.gke.io", "autoscaling.k8s.io")


@check(Severity.MEDIUM, reference="P04-01", speaks_of=("default",))
def default_namespace_unused(workloads: DataFrame) -> DataFrame:
    rows = workloads[~workloads["system"].fillna(False)]
    return rows.assign(passed=rows["namespace"] != "default")


@check(Severity.MEDIUM, reference="P04-02")
def environments_separated(environments: DataFrame) -> DataFrame:
    rows = environments[environments["other_environments"].notna()]
    beside = rows["beside_production"].fillna(False)
    severity = beside.map({True: Severity.MEDIUM.value, False: Severity.LOW.value})
    apart = rows["sharing"] == 0
    anywhere = bool((rows["unplaced"] > 0).any())  # somebody will run on nodes that nobody has seen
    return rows.assign(severity=severity, passed=apart.mask(apart & anywhere, pd.NA))


@check(Severity.MEDIUM, remedy=add_quota, reference="P04-03", absent=(_QUOTAS,), needs=(_QUOTAS,))
def quota_set(namespaces: DataFrame, discovery: DataFrame) -> DataFrame:
    rows = with_workloads(namespaces)
    elastic = bool(discovery["group"].isin(_ELASTIC).any())  # nodes or requests follow the need: a quota matters less
    severity = Severity.LOW if elastic else Severity.MEDIUM
    return rows.assign(severity=severity.value, passed=rows["quotas"] > 0)


@check(Severity.MEDIUM, remedy=add_limit_range, reference="P04-04", absent=("limitranges",))
def limit_range_or_requests_set(namespaces: DataFrame, containers: DataFrame, limit_ranges: DataFrame) -> DataFrame:
    counted = containers[containers["role"].isin(["main", "sidecar"]) & ~containers["injected"].fillna(False)]
    silent = {resource: _lacks(counted, limit_ranges, resource) for resource in ("cpu", "memory")}
    rows = with_workloads(namespaces)
    total = _per_namespace(rows, counted)
    without = _per_namespace(rows, counted[silent["cpu"] | silent["memory"]])
    short = zip(*(_per_namespace(rows, counted[lack]) > 0 for lack in silent.values()), strict=True)
    lacking = [", ".join(compress(silent, flags)) for flags in short]
    return rows.assign(containers=total, without_requests=without, lacking=lacking, passed=without == 0)[total > 0]


def _lacks(containers: DataFrame, limit_ranges: DataFrame, resource: str) -> Series:
    """Whether each container has no request for a resource: of its own, of its pod, or of a LimitRange's defaults."""
    given = limit_ranges[(limit_ranges["type"] == "Container") & (limit_ranges["resource"] == resource)]
    given = given[given["default_request"].notna() | given["default_limit"].notna()]
    silent = containers[f"{resource}_request"].isna() & containers[f"pod_{resource}_request"].isna()
    return silent & ~containers["namespace"].isin(set(given["namespace"]))


@check(Severity.HIGH, reference="P04-05")
def system_namespaces_reserved(workloads: DataFrame) -> DataFrame:
    rows = workloads[workloads["namespace"].isin(KUBERNETES_NAMESPACES)]
    return rows.assign(passed=rows["platform"])


@check(
    Severity.INFO,
    remedy=add_fences,
    reference="P04-06",
    absent=(_QUOTAS, _POLICIES),
    needs=(_QUOTAS, _POLICIES),
)
def namespace_isolated(namespaces: DataFrame) -> DataFrame:
    rows = with_workloads(namespaces)
    needed = fences(rows)[["default_deny", "quota", "pod_security"]]
    maturity = needed.fillna(False).sum(axis=1).astype("Int64")
    passed = (maturity == 3).astype("boolean").mask(needed.isna().any(axis=1) & (maturity < 3), pd.NA)
    told = needed.astype("object").replace({True: "yes", False: "no", pd.NA: "unknown"})
    return rows.assign(
        maturity=maturity,
        default_deny=told["default_deny"],
        quota=told["quota"],
        pod_security=rows["psa_enforce"].fillna("none"),
        passed=passed,
    )


@check(Severity.LOW, reference="P04-07", absent=TEMPLATED)
def namespace_in_use(namespaces: DataFrame, *, days_at_most: int = 30) -> DataFrame:
    rows = namespaces[~namespaces["system"].fillna(False) & ~(namespaces["phase"] == "Terminating").fillna(False)]
    rows = rows[rows["name"] != "default"]
    empty = (rows["workloads"] == 0) & (rows["pods"] == 0)
    young = rows["age_days"] <= days_at_most
    return rows.assign(passed=~empty | young)


@check(Severity.LOW, reference="P04-07")
def namespace_not_stuck(namespaces: DataFrame, *, minutes_at_most: int = 60) -> DataFrame:
    minutes = namespaces["terminating_minutes"]
    hours = (minutes / 60).round(1)
    going = (namespaces["phase"] == "Terminating") | minutes.notna()  # NA where only manifests tell of it
    return namespaces.assign(terminating_hours=hours, passed=~going | (minutes <= minutes_at_most))


@check(Severity.LOW, opinion=True, reference="P04-08")
def namespace_not_overloaded(
    namespaces: DataFrame, *, share_at_most: float = 0.4, applications_at_least: int = 3
) -> DataFrame:
    rows = with_workloads(namespaces)
    share = rows["share_of_app_workloads"].astype("Float64")
    crowded = (share > share_at_most) & (rows["part_of"] >= applications_at_least)
    percent = (share * 100).round().astype("Int64")
    return rows.assign(share_percent=percent, applications=rows["part_of"], passed=~crowded)


def _per_namespace(namespaces: DataFrame, rows: DataFrame) -> Series:
    """How many of the rows each namespace has."""
    return namespaces["name"].map(rows.groupby("namespace", observed=True).size()).fillna(0).astype("Int64")
