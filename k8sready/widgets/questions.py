"""Questions for people: an answer and what it is based on, saved at once."""

from collections.abc import Callable
from html import escape
from typing import Any

import ipywidgets as widgets

from ..answers import Answer, Reply
from ..assessment import Assessment
from ..errors import K8sReadyError
from ..words import interface_words, section_words, to_html
from .style import labelled, page, row

Save = Callable[[Answer | None, str], str]


def questions(assessment: Assessment, section: str, save: Save) -> Any:
    """A form per question of the section.

    `save(answer, question)` keeps an answer (None takes it back) and returns a line that says where.
    """
    asked = [result.check for result in assessment.of(section) if result.manual]
    return widgets.VBox([_form(assessment, section, name, save) for name in asked])


def _form(assessment: Assessment, section: str, name: str, save: Save) -> Any:
    words, known = interface_words(), assessment.said.answer(name)
    replies = [(words["reply_open"], ""), *((words[f"reply_{item.value}"], item.value) for item in Reply)]
    reply = widgets.Dropdown(options=replies, value=known.reply.value if known else "", description=words["answer"])
    note = widgets.Textarea(value=known.note if known else "", description=words["question_note"], rows=2)
    by = widgets.Text(value=known.by if known else "", description=words["question_by"])
    button, told = widgets.Button(description=words["save"], layout=widgets.Layout(width="90px")), widgets.HTML()
    controls = [labelled(reply, "220px"), labelled(note, "560px"), labelled(by, "240px"), button]
    told.value = page(_standing(known))

    def keep(_: Any) -> None:
        answer = Answer(name, Reply(reply.value), note.value.strip(), by.value.strip()) if reply.value else None
        told.value = page(_kept(answer, name, save))

    button.on_click(keep)
    return widgets.VBox([widgets.HTML(page(_question(section, name))), row(controls), told])


def _question(section: str, name: str) -> str:
    words, entry = interface_words(), section_words(section)[name]
    parts = ((words["why"], entry.parts["why"]), (words["question_evidence"], entry.parts["evidence"]))
    told = "".join(f"<p><b>{escape(title)}:</b> {_inline(text)}</p>" for title, text in parts)
    return f'<div class="card"><b>{escape(entry.title)}</b>{to_html(entry.body)}{told}</div>'


def _inline(markdown: str) -> str:
    """One paragraph of Markdown without the element around it."""
    return to_html(markdown).strip().removeprefix("<p>").removesuffix("</p>")


def _standing(known: Answer | None) -> str:
    if known is None:
        return ""
    when = " ".join(filter(None, (known.by, str(known.on or ""))))
    return f'<span class="muted">{escape(interface_words()["answered"])} {escape(when)}</span>' if when else ""


def _kept(answer: Answer | None, name: str, save: Save) -> str:
    try:
        return f'<span class="s-pass">{escape(save(answer, name))}</span>'
    except (K8sReadyError, OSError) as error:
        return f'<span class="s-fail" role="alert">{escape(str(error))}</span>'
