"""Typing a product's name: under it the five best tags of what has been typed so far."""

from __future__ import annotations

from collections.abc import Sequence

from textual import on, work
from textual.app import ComposeResult
from textual.screen import Screen
from textual.widgets import Input, Static
from textual.worker import get_current_worker

from tagrt.types import Tag
from tagrt_tui.session import Session
from tagrt_tui.texts import text
from tagrt_tui.widgets.guess_row import GuessRow

GUESSES = 5


class TypingScreen(Screen[None]):
    """An input, and under it guesses."""

    DEFAULT_CSS = """
    TypingScreen .keys { dock: bottom; height: 1; background: $panel; color: $text-muted; padding: 0 1; }
    """

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
        yield Static(text("app.keys", self._session.language), classes="keys", markup=False)

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
        self.query_one(".keys", Static).update(text("app.keys", language))
        padded = [*self._guesses, *[()] * GUESSES]
        for row, guess in zip(self.query(GuessRow), padded, strict=False):
            row.show(guess, language)
