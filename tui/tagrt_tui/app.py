"""The app: an input, and under it the five best tags of what has been typed so far."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Protocol

from textual import on, work
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Footer, Header, Input
from textual.worker import get_current_worker

from tagrt.types import Language, Tag
from tagrt_tui.guess_row import GuessRow

GUESSES = 5


class Guesser(Protocol):
    """What the app needs of a `tagrt.Tagger`."""

    def candidates(self, product: str, /, count: int = ...) -> Sequence[tuple[Tag, ...]]:
        """Return the best paths for a text, best first."""


class TagrtApp(App[None]):
    """Type a product name, watch its tags."""

    TITLE = "tagrt"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+l", "switch_language", "English / 中文", id="language", tooltip="Switch the tag names"),
        Binding("escape", "quit", "Quit / 退出", id="quit", tooltip="Leave the app"),
        Binding("ctrl+q", "quit", show=False, priority=True),
    ]

    def __init__(self, guesser: Guesser, language: Language = Language.EN) -> None:
        """Keep the tagger and the language of the tag names."""
        super().__init__()
        self._guesser = guesser
        self._language = language
        self._guesses: Sequence[tuple[Tag, ...]] = ()

    def compose(self) -> ComposeResult:
        """Lay out the input, the guesses and the keys."""
        yield Header()
        yield Input(placeholder="type a product name / 输入商品名称")
        for _ in range(GUESSES):
            yield GuessRow()
        yield Footer()

    def action_switch_language(self) -> None:
        """Show the tag names in the other language."""
        self._language = Language.EN if self._language is Language.ZH else Language.ZH
        self._refresh_rows()

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        self._guess(event.value)

    @work(thread=True, exclusive=True)
    def _guess(self, text: str) -> None:
        """Ask the tagger in a thread; a newer text cancels this worker and its answer is dropped."""
        worker = get_current_worker()
        guesses = self._guesser.candidates(text, count=GUESSES) if text.strip() else ()
        if not worker.is_cancelled:
            self.call_from_thread(self._show, text, guesses)

    def _show(self, text: str, guesses: Sequence[tuple[Tag, ...]]) -> None:
        if text == self.query_one(Input).value:
            self._guesses = guesses
            self._refresh_rows()

    def _refresh_rows(self) -> None:
        padded = [*self._guesses, *[()] * GUESSES]
        for row, guess in zip(self.query(GuessRow), padded, strict=False):
            row.show(guess, self._language)
