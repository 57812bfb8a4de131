"""What people said: answers with evidence, and exemptions with reason, owner and end; small YAML files."""

from .files import ANSWERS_FILE, EXEMPTIONS_FILE, read, write
from .values import Answer, Exemption, Reply, Said

__all__ = ["ANSWERS_FILE", "EXEMPTIONS_FILE", "Answer", "Exemption", "Reply", "Said", "read", "write"]
