"""The checklist: its sections, in order. A tuple one can read."""

from ..checks import Section
from . import base_images, namespaces, secrets

CHECKLIST: tuple[Section, ...] = (base_images.SECTION, namespaces.SECTION, secrets.SECTION)
