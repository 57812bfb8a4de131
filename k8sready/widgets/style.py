"""The look of the widgets: the report's colours, following JupyterLab's own light or dark."""

from html import escape
from pathlib import Path

from ..checks import Severity, Status
from ..theme import DARK, FONT, GLYPHS, LIGHT

_BASE = f"color:var(--text);font-family:{FONT};font-size:14px;line-height:1.5"
_SCHEMES = f'.k8r{{{LIGHT.css()}{_BASE}}}[data-jp-theme-light="false"] .k8r{{{DARK.css()}}}'
CSS = f"<style>{_SCHEMES}{(Path(__file__).parent / 'style.css').read_text(encoding='utf-8')}</style>"


def page(body: str) -> str:
    """Escaped HTML in the look of the widgets."""
    return f'{CSS}<div class="k8r">{body}</div>'


def badge(severity: Severity, word: str) -> str:
    """A severity with its glyph and word."""
    return f'<span class="badge {severity.value}">{GLYPHS[severity]} {escape(word)}</span>'


def verdict(status: Status, word: str) -> str:
    """A status with its glyph and word."""
    return f'<span class="s-{status.value}">{GLYPHS[status]} {escape(word)}</span>'
