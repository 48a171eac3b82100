"""One of a few things, chosen from a list."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

Choices = Callable[[], tuple[str, Sequence[tuple[str, str]]]]
"""Gives the question, and ids with their words, in the language of the moment."""


class PickScreen(ModalScreen[str]):
    """A question over a list; gives the id that was chosen, or nothing."""

    DEFAULT_CSS = """
    PickScreen { align: center middle; }
    PickScreen > Vertical { width: 90%; max-width: 64; height: auto; border: round $accent; padding: 0 1; }
    PickScreen OptionList { height: auto; max-height: 12; border: none; margin-top: 1; padding: 0; }
    PickScreen OptionList:focus { border: none; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", show=False, id="pick.back", tooltip="Leave things as they are"),
    ]

    def __init__(self, choices: Choices, chosen: str = "") -> None:
        """Take what there is to choose from, and what stands now."""
        super().__init__()
        self._choices = choices
        self._chosen = chosen

    def compose(self) -> ComposeResult:
        """Lay out question and list."""
        with Vertical():
            yield Static(id="question", markup=False)
            yield OptionList(markup=False)

    def on_mount(self) -> None:
        """Mark what stands now."""
        self.refresh_texts()
        ids = [option.id for option in self.query_one(OptionList).options]
        self.query_one(OptionList).highlighted = ids.index(self._chosen) if self._chosen in ids else 0

    def refresh_texts(self) -> None:
        """Show it in the session's language."""
        question, options = self._choices()
        self.query_one("#question", Static).update(question)
        shown = self.query_one(OptionList)
        highlighted = shown.highlighted
        shown.clear_options()
        shown.add_options(Option(words, id=name) for name, words in options)
        shown.highlighted = highlighted

    @on(OptionList.OptionSelected)
    def _taken(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(event.option.id)

    def action_back(self) -> None:
        """Leave without a choice."""
        self.dismiss(None)
