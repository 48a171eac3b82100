"""What the workbench says of a file in two lines: how it is read, and what a run will do."""

from __future__ import annotations

from rich.cells import cell_len

from tagrt_tui.opened import OpenedFile
from tagrt_tui.session import Session
from tagrt_tui.texts import text, text_or
from tagrt_tui.widgets.cut import cut_middle

_BETWEEN = ("  ·  ", " · ")
"""What stands between two facts, and where room is scarce."""

SHORT_NAME = 20
"""Cells of a file's name where room is scarce."""


def facts_text(opened: OpenedFile, session: Session, width: int) -> str:
    """Return encoding, delimiter, headers and rows; below them language, vocabulary, store and output.

    Args:
        opened: The file.
        session: Gives language, store and vocabulary.
        width: Cells of a line.
    """
    lines = [_read(opened, session), _to_do(opened, session, 200)]
    if cell_len(_BETWEEN[0].join(lines[1])) > width:
        lines[1] = _to_do(opened, session, SHORT_NAME)
    return "\n".join(_BETWEEN[cell_len(_BETWEEN[0].join(facts)) > width].join(facts) for facts in lines)


def _read(opened: OpenedFile, session: Session) -> list[str]:
    language, window = session.language, opened.window
    evidence = text_or(f"evidence.{window.encoding.evidence}", window.encoding.evidence, language)
    facts = [f"{window.encoding.name} ({evidence})"]
    if window.delimiter:
        shown = text_or(f"delimiter.{window.delimiter}", window.delimiter, language)
        facts.append(text("facts.delimiter", language, shown=shown))
    if opened.columns and opened.columns.dialect != "generic":
        facts.append(text("facts.headers", language, dialect=opened.columns.dialect))
    if not window.headed:
        facts.append(text("facts.no_header", language))
    facts.append(text("facts.rows" if window.complete else "facts.rows_so_far", language, count=window.rows))
    if opened.columns is None:
        facts.append(text("facts.no_title", language))
    return facts


def _to_do(opened: OpenedFile, session: Session, most: int) -> list[str]:
    language = session.language
    facts = [text("facts.tags", language, which=text(f"tags.{session.tag_language.value}", language))]
    if session.vocabulary:
        facts.append(text("facts.vocabulary", language, name=cut_middle(session.vocabulary.name, most)))
    store = (
        text("facts.store", language, name=cut_middle(session.store.path.name, most)) if session.store else ""
    )
    facts.append(store or text("facts.no_store", language))
    facts.append(f"→ {cut_middle(opened.output.name, most)}")
    return facts
