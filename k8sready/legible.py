"""Strings from a cluster as people may safely read them: nothing in them is hidden or turns the text around."""

import unicodedata

_HIDDEN = frozenset(("Cc", "Cf", "Cs", "Zl", "Zp"))  # Unicode's categories: controls, formats, surrogates, separators
_SHAPELESS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")  # letters and marks that show nothing
_JOINERS = frozenset("\u200c\u200d")  # they shape letters of some scripts, and change no direction


def legible(text: object) -> str:
    r"""The text with control, invisible and direction-changing characters written out, as in \x1b and \u202e."""
    told = str(text)
    return told if told.isprintable() and _SHAPELESS.isdisjoint(told) else "".join(map(_seen, told))


def _seen(letter: str) -> str:
    hidden = letter in _SHAPELESS or (unicodedata.category(letter) in _HIDDEN and letter not in _JOINERS)
    return letter.encode("unicode_escape").decode() if hidden else letter
