"""`python -m k8sready.tables` prints the data dictionary."""

from .dictionary import markdown

print(markdown(), end="")  # noqa: T201  that is its purpose
