"""What the workbench says of a file in two lines: how it is read, and what a run will do."""

from __future__ import annotations

from tagrt_tui.opened import OpenedFile
from tagrt_tui.session import Session
from tagrt_tui.texts import text, text_or

_BETWEEN = "  ·  "


def facts_text(opened: OpenedFile, session: Session) -> str:
    """Return encoding, delimiter, headers and rows; below them language, vocabulary, store and output."""
    return "\n".join([_read(opened, session), _to_do(opened, session)])


def _read(opened: OpenedFile, session: Session) -> str:
    language, window = session.language, opened.window
    evidence = text_or(f"evidence.{window.encoding.evidence}", window.encoding.evidence, language)
    facts = [f"{window.encoding.name} ({evidence})"]
    if window.delimiter:
        shown = text_or(f"delimiter.{window.delimiter}", window.delimiter, language)
        facts.append(text("facts.delimiter", language, shown=shown))
    if opened.columns and opened.columns.dialect != "generic":
        facts.append(text("facts.headers", language, dialect=opened.columns.dialect))
    facts.append(text("facts.rows" if window.complete else "facts.rows_so_far", language, count=window.rows))
    if opened.columns is None:
        facts.append(text("facts.no_title", language))
    return _BETWEEN.join(facts)


def _to_do(opened: OpenedFile, session: Session) -> str:
    language = session.language
    facts = [text("facts.tags", language, which=text(f"tags.{session.tag_language.value}", language))]
    if session.vocabulary:
        facts.append(text("facts.vocabulary", language, name=session.vocabulary.name))
    store = text("facts.store", language, name=session.store.path.name) if session.store else ""
    facts.append(store or text("facts.no_store", language))
    facts.append(f"→ {opened.output.name}")
    return _BETWEEN.join(facts)
