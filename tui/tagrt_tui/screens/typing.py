"""Typing a product's name: under it the five best tags of what has been typed so far."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.widgets import Input
from textual.worker import get_current_worker

from tagrt.types import Tag
from tagrt_tui.session import Session
from tagrt_tui.texts import text
from tagrt_tui.widgets.guess_row import GuessRow
from tagrt_tui.widgets.key_bar import KeyBar

GUESSES = 5


class TypingScreen(Screen[None]):
    """An input, and under it guesses."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+y", "copy", show=False, id="type.copy", tooltip="Copy the best path"),
    ]

    def __init__(self, session: Session) -> None:
        """Take the session."""
        super().__init__()
        self._session = session
        self._guesses: Sequence[tuple[Tag, ...]] = ()

    def compose(self) -> ComposeResult:
        """Lay out the input, the guesses and the keys."""
        yield Input(placeholder=text("type.prompt", self._session.language))
        for _ in range(GUESSES):
            yield GuessRow()
        yield KeyBar(self._session)

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        self._guess(event.value)

    @work(thread=True, exclusive=True)
    def _guess(self, typed: str) -> None:
        """Ask the tagger in a thread; a newer text cancels this worker and its answer is dropped."""
        worker = get_current_worker()
        guesses = self._session.tagger.candidates(typed, count=GUESSES) if typed.strip() else ()
        if not worker.is_cancelled:
            self.app.call_from_thread(self._show, typed, guesses)

    def _show(self, typed: str, guesses: Sequence[tuple[Tag, ...]]) -> None:
        if typed == self.query_one(Input).value:
            self._guesses = guesses
            self.refresh_texts()

    def refresh_texts(self) -> None:
        """Show everything in the session's language."""
        language = self._session.language
        self.query_one(Input).placeholder = text("type.prompt", language)
        padded = [*self._guesses, *[()] * GUESSES]
        for row, guess in zip(self.query(GuessRow), padded, strict=False):
            row.show(guess, language)

    def action_copy(self) -> None:
        """Copy the best path, through the terminal."""
        if self._guesses:
            path = " > ".join(tag.name(self._session.language) for tag in self._guesses[0])
            self.app.copy_to_clipboard(path)
            self.notify(text("app.copied", self._session.language, what=path), timeout=2, markup=False)
