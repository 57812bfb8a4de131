"""Fixtures that any test may ask for, how examples are generated, and the order of files."""

import pytest
from hypothesis import HealthCheck, settings

import k8sready
from k8sready import bundle
from k8sready.snapshot import Snapshot

pytest_plugins = ["tests.browser", "tests.controlplane.fixtures"]

# A busy machine is slow at times: that is no failure of what is tested. `make test` tries the same examples each time,
# `make oracle` new ones (--hypothesis-profile exploring).
settings.register_profile("exploring", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("steady", settings.get_profile("exploring"), derandomize=True)
settings.load_profile("steady")

# Two processes take the files in turn: a long one that comes last is waited for by the other process alone.
_LONGEST_FIRST = (
    *("notebooks/test_jupyterlab", "notebooks/test_source_widget", "notebooks/test_canary_notebooks", "test_canary"),
    *("reporting/test_page", "engines/rbac/test_walk", "checklist/test_remedies_on_the_server", "sources/test_live"),
    *("engines/pss/test_oracle", "engines/pss/test_workloads", "engines/netpol/test_agreement", "sources/test_files"),
    *("cli/test_interrupts", "notebooks/test_folder", "sources/test_faults", "checklist/test_contract"),
)


@pytest.fixture(scope="session")
def demo() -> Snapshot:
    """The demo cluster."""
    return k8sready.open(bundle.demo())


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files first, the others as they come."""
    ranks = {f"tests/{name}.py": rank for rank, name in enumerate(_LONGEST_FIRST)}
    items.sort(key=lambda item: ranks.get(item.nodeid.partition("::")[0], len(ranks)))
