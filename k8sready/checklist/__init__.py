"""The checklist: its sections, in order. A tuple one can read."""

from ..checks import Section

CHECKLIST: tuple[Section, ...] = ()
