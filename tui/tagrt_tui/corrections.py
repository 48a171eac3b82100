"""What a person may correct of a file in the workbench, each asked for by a list."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from tagrt.errors import TagrtError
from tagrt.tables.headers import FIELDS
from tagrt.types import Language
from tagrt.vocabulary import Vocabulary
from tagrt_tui.notices import tell_error
from tagrt_tui.paths import VOCABULARIES, has_suffix
from tagrt_tui.screens.path import PathScreen
from tagrt_tui.screens.pick import PickScreen
from tagrt_tui.session import Session
from tagrt_tui.texts import text

if TYPE_CHECKING:
    from tagrt_tui.screens.workbench import WorkbenchScreen

ENCODINGS = ("utf-8", "gb18030", "big5", "utf-16", "cp1252", "shift_jis")
DELIMITERS = (",", "\t", ";", "|")
FOUND = "found"
"""As a choice: what the reader finds by itself; as a role: none."""

Words = Callable[[Language], Sequence[tuple[str, str]]]
"""Ids and their words in a language."""


class Corrections:
    """Asks, and puts the answers into the file that is open."""

    def __init__(self, bench: WorkbenchScreen, session: Session) -> None:
        """Take the screen that has the file."""
        self._bench = bench
        self._session = session

    def encoding(self) -> None:
        """Ask for the encoding."""
        opened = self._bench.opened
        if opened:
            self._pick(
                "work.encoding",
                lambda language: [(FOUND, text("work.found", language)), *((e, e) for e in ENCODINGS)],
                opened.encoding or FOUND,
                lambda name: self._bench.open(
                    opened.window.path, _chosen(name), opened.delimiter, opened.window.headed
                ),
            )

    def delimiter(self) -> None:
        """Ask for the delimiter."""
        opened = self._bench.opened

        def words(language: Language) -> Sequence[tuple[str, str]]:
            named = [(character, text(f"delimiter.{character}", language)) for character in DELIMITERS]
            return [(FOUND, text("work.found", language)), *named]

        if opened:
            self._pick(
                "work.delimiter",
                words,
                opened.delimiter or FOUND,
                lambda name: self._bench.open(
                    opened.window.path, opened.encoding, _chosen(name), opened.window.headed
                ),
            )

    def role(self, column: int) -> None:
        """Ask what the model reads from a column."""
        opened = self._bench.opened
        if not opened:
            return

        def words(language: Language) -> Sequence[tuple[str, str]]:
            named = [(field, text(f"field.{field}", language)) for field in FIELDS]
            return [*named, (FOUND, text("field.none", language))]

        def taken(field: str) -> None:
            self._bench.opened = opened.with_role(column, "" if field == FOUND else field)
            self._bench.refresh_texts()

        name = " ".join(opened.window.header[column].split()) or column + 1
        self._pick("work.role", words, opened.roles.get(column, FOUND), taken, column=name)

    def tag_language(self) -> None:
        """Ask for the language of the tag names."""

        def taken(name: str) -> None:
            self._session.tag_language = Language(name)
            self._bench.refresh_texts()

        self._pick(
            "work.language",
            lambda language: [(each.value, text(f"tags.{each.value}", language)) for each in Language],
            self._session.tag_language.value,
            taken,
        )

    def vocabulary(self) -> None:
        """Ask for a vocabulary, or put the present one away."""
        if self._session.vocabulary:
            self._session.vocabulary = None
            self._bench.refresh_texts()
        else:
            asked = PathScreen(self._session, "path.vocabulary", has_suffix(VOCABULARIES))
            self._bench.app.push_screen(asked, self._with_vocabulary)

    def _with_vocabulary(self, path: Path | None) -> None:
        if path is None:
            return
        try:
            Vocabulary.load(path, self._session.tagger.taxonomy)
        except TagrtError as error:
            tell_error(self._bench.app, error, self._session.language)
            return
        self._session.vocabulary = path
        self._bench.refresh_texts()

    def _pick(
        self, question: str, words: Words, chosen: str, taken: Callable[[str], None], **values: object
    ) -> None:
        def choices() -> tuple[str, Sequence[tuple[str, str]]]:
            language = self._session.language
            return text(f"{question}.ask", language, **values), words(language)

        def answered(name: str | None) -> None:
            if name:
                taken(name)

        self._bench.app.push_screen(PickScreen(choices, chosen), answered)


def _chosen(name: str) -> str | None:
    return None if name == FOUND else name
