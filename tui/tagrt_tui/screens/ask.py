"""A question that is answered with yes or no."""

from __future__ import annotations

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

    def __init__(self, question: str) -> None:
        """Take the question."""
        super().__init__()
        self._question = question

    def compose(self) -> ComposeResult:
        """Show it."""
        yield Static(self._question, markup=False)

    def action_answer(self, yes: bool) -> None:
        """Give the answer."""
        self.dismiss(yes)
