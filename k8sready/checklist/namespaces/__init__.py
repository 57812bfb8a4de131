"""Point 4: namespaces that isolate."""

from ...checks import Question, Section, Severity
from . import charts, checks

SECTION = Section(
    name="namespaces",
    point=4,
    checks=(
        checks.default_namespace_unused,
        checks.environments_separated,
        checks.quota_set,
        checks.limit_range_or_requests_set,
        checks.system_namespaces_reserved,
        checks.namespace_isolated,
        checks.namespace_in_use,
        checks.namespace_not_stuck,
        checks.namespace_not_overloaded,
    ),
    questions=(
        Question("tenancy_decided", Severity.MEDIUM),
        Question("namespace_creation_controlled", Severity.MEDIUM),
        Question("environments_decided", Severity.MEDIUM),
        Question("usage_shown_to_owners", Severity.LOW),
    ),
    charts=(charts.isolation_maturity,),
    tables=("namespaces", "quotas"),
)
