"""Questions for people: an answer and what it is based on, saved at once."""

from collections.abc import Callable
from html import escape
from typing import Any

import ipywidgets as widgets

from ..answers import Answer, Reply
from ..assessment import Assessment
from ..words import interface_words, section_words, to_html
from .style import page


def questions(assessment: Assessment, section: str, save: Callable[[Answer | None, str], str]) -> Any:
    """A form per question of the section.

    `save(answer, question)` keeps an answer (None takes it back) and returns a line that says where.
    """
    asked = [result.check for result in assessment.of(section) if result.manual]
    return widgets.VBox([_form(assessment, section, name, save) for name in asked])


def _form(assessment: Assessment, section: str, name: str, save: Callable[[Answer | None, str], str]) -> Any:
    words, entry = interface_words(), section_words(section)[name]
    known = assessment.said.answer(name)
    replies = [(words["reply_open"], ""), *((words[f"reply_{item.value}"], item.value) for item in Reply)]
    reply = widgets.Dropdown(options=replies, value=known.reply.value if known else "", description=words["answer"])
    note = widgets.Textarea(value=known.note if known else "", placeholder=words["question_note"])
    note.layout = widgets.Layout(width="520px", height="56px")
    button, told = widgets.Button(description=words["save"]), widgets.HTML()
    button.layout = widgets.Layout(width="90px")

    def keep(_: Any) -> None:
        answer = Answer(name, Reply(reply.value), note.value.strip()) if reply.value else None
        told.value = page(f'<span class="muted">{escape(save(answer, name))}</span>')

    button.on_click(keep)
    text = (
        f"<b>{escape(entry.title)}</b>{to_html(entry.body)}<div class='muted'>{to_html(entry.parts['evidence'])}</div>"
    )
    return widgets.VBox(
        [widgets.HTML(page(f'<div class="card">{text}</div>')), widgets.HBox([reply, note, button]), told]
    )
