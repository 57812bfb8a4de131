"""One check as a card: verdict, how many rows pass, why it matters, findings with evidence and remedy."""

from collections.abc import Callable, Sequence
from html import escape

from ..assessment import CheckResult, Finding
from ..legible import legible
from ..remedies import as_yaml, commands
from ..sentences import granted, message, shown, thresholds, why
from ..words import interface_words, section_words, to_html
from .style import badge, verdict

_SHOWN, _FOLDED = 10, 90  # findings that stand open, and those one click away; the report has them all
_COPY = (
    "const b=this,t=b.parentElement.querySelector('pre').innerText,done=()=>{const w=b.dataset.word||b.textContent;"
    "b.dataset.word=w;b.textContent=b.dataset.done;setTimeout(()=>{b.textContent=w},1500)},old=()=>{"
    "const a=document.createElement('textarea');a.value=t;document.body.append(a);a.select();"
    "document.execCommand('copy');a.remove();done()};"
    "navigator.clipboard?navigator.clipboard.writeText(t).then(done,old):old()"
)


def card(result: CheckResult, wanted: Callable[[Finding], bool]) -> str:
    """The card as HTML; `wanted` says which findings are within the filters."""
    words, entry = interface_words(), section_words(result.section)[result.check]
    status = verdict(result.status, words[f"status_{result.status.value}"])
    severity = badge(result.severity, words[f"severity_{result.severity.value}"])
    verdicts = f'{status} {severity} <span class="muted">{escape(counts(result))}</span>'
    head = f'<div class="head"><span>{escape(entry.title)}</span><span>{verdicts}</span></div>'
    reason = f'<div class="s-unknown">{escape(legible(why(result)))}</div>' if why(result) else ""
    told = f"<b>{escape(words['what'])}</b>{to_html(entry.parts['what'])}<b>{escape(words['how'])}</b>"
    told += to_html(entry.parts["how"]) + _limits(thresholds(result))
    about = _folded(f"{words['what']} · {words['how']}", told)
    body = reason + to_html(entry.parts["why"]) + _findings(result, wanted) + about
    return f'<div class="card {result.status.value}">{head}{body}</div>'


def counts(result: CheckResult) -> str:
    """12 of 40 pass the check, 3 could not be told."""
    words = interface_words()
    told = [f"{result.passed:,} {words['of']} {result.examined:,} {words['rows_pass']}"] if result.examined else []
    told += [f"{result.unknown:,} {words['rows_undecided']}"] if result.unknown else []
    told += [f"{result.exempted:,} {words['exempted']}"] if result.exempted else []
    return ", ".join(told)


def _limits(told: str) -> str:
    return f'<p class="muted">{escape(interface_words()["thresholds"])}: {escape(told)}</p>' if told else ""


def _folded(title: str, body: str) -> str:
    return f"<details><summary>{escape(title)}</summary>{body}</details>"


def _findings(result: CheckResult, wanted: Callable[[Finding], bool]) -> str:
    words = interface_words()
    chosen = [item for item in result.open_findings if wanted(item)]
    open_list = _list([_finding(item, result.section) for item in chosen[:_SHOWN]])
    more = chosen[_SHOWN:]
    if more:
        rest = [_finding(item, result.section) for item in more[:_FOLDED]]
        rest += [f'<span class="muted">{len(more) - _FOLDED:,} {words["in_report"]}</span>'] if more[_FOLDED:] else []
        open_list += _folded(f"{len(more):,} {words['more_findings']}", _list(rest))
    undecided = [item for item in result.findings if item.passed is None and wanted(item)]
    if undecided:
        names = [escape(shown(item.object)) for item in undecided[:_FOLDED]]
        names += [f"+ {len(undecided) - _FOLDED:,}"] if undecided[_FOLDED:] else []
        open_list += _folded(f"{words['undecided']}: {len(undecided):,}", _list(names))
    return open_list + _exempted([item for item in result.findings if item.exemption and wanted(item)], result.section)


def _list(lines: Sequence[str]) -> str:
    return f"<ul>{''.join(f'<li>{line}</li>' for line in lines)}</ul>" if lines else ""


def _exempted(findings: Sequence[Finding], section: str) -> str:
    words, lines = interface_words(), []
    for item in findings[:_FOLDED]:
        reason = granted(item.exemption) if item.exemption else ""
        lines.append(f"{escape(message(item, section))} — {escape(reason)}")
    return _folded(f"{words['exempted']}: {len(findings):,}", _list(lines)) if lines else ""


def _finding(finding: Finding, section: str) -> str:
    words = interface_words()
    told = f"{badge(finding.severity, words[f'severity_{finding.severity.value}'])} {escape(message(finding, section))}"
    if not finding.remedy:
        return told
    proof = words["proven"] if finding.proven else words["not_proven"]
    lines = "\n".join(f"# {line}" for line in commands(finding.remedy))
    done = f'data-done="{escape(words["copied"])}" onclick="{escape(_COPY)}"'
    button = f'<button type="button" {done}>{escape(words["copy"])}</button>'
    text = f'<pre tabindex="0">{escape(lines)}\n{escape(as_yaml(finding.remedy))}</pre>'
    return told + _folded(f"{words['remedy']} · {proof}", button + text)
