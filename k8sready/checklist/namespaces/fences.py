"""The fences of a namespace: what a neighbour has to get past."""

from pandas import DataFrame


def with_workloads(namespaces: DataFrame) -> DataFrame:
    """Application namespaces that run something."""
    return namespaces[~namespaces["system"].fillna(False) & (namespaces["workloads"] > 0)]


def fences(namespaces: DataFrame) -> DataFrame:
    """Which fences stand on each (NA: not known): default_deny, quota, limit_range, pod_security."""
    columns = {
        "default_deny": namespaces["default_deny_ingress"],
        "quota": namespaces["quotas"] > 0,
        "limit_range": namespaces["limit_ranges"] > 0,
        "pod_security": namespaces["psa_enforce"].isin(["baseline", "restricted"]),
    }
    return DataFrame({name: column.astype("boolean") for name, column in columns.items()})
