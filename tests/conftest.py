"""Fixtures that any test may ask for, and how examples are generated."""

from hypothesis import HealthCheck, settings

pytest_plugins = ["tests.browser", "tests.controlplane.fixtures"]

# A busy machine is slow at times: that is no failure of what is tested. `make test` tries the same examples each time,
# `make oracle` new ones (--hypothesis-profile exploring).
settings.register_profile("exploring", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("steady", settings.get_profile("exploring"), derandomize=True)
settings.load_profile("steady")
