"""A question that is answered with yes or no."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen
from textual.widgets import Static


class AskScreen(ModalScreen[bool]):
    """Shows a question; gives whether the answer was yes."""

    DEFAULT_CSS = """
    AskScreen { align: center middle; }
    AskScreen > Static { width: auto; max-width: 90%; border: round $warning; padding: 1 2; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "answer(True)", show=False, id="ask.yes", tooltip="Yes"),
        Binding("n,escape", "answer(False)", show=False, id="ask.no", tooltip="No"),
    ]

    def __init__(self, question: str | Callable[[], str]) -> None:
        """Take the question, or what gives it in the language of the moment."""
        super().__init__()
        self._question = question

    def compose(self) -> ComposeResult:
        """Show it."""
        yield Static(self._words(), markup=False)

    def refresh_texts(self) -> None:
        """Show it in the session's language."""
        self.query_one(Static).update(self._words())

    def _words(self) -> str:
        return self._question if isinstance(self._question, str) else self._question()

    def action_answer(self, yes: bool) -> None:
        """Give the answer."""
        self.dismiss(yes)
