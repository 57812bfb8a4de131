"""Fixtures that any test may ask for, and how examples are generated."""

from hypothesis import HealthCheck, settings

pytest_plugins = ["tests.browser", "tests.controlplane.fixtures"]

# A busy machine is slow at times: that is no failure of what is tested.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")
