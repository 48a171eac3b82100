"""Choosing one of a few things from a list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option


class ChooseScreen(ModalScreen[str]):
    """A title over a list; gives the id of what was chosen, or nothing."""

    DEFAULT_CSS = """
    ChooseScreen { align: center middle; }
    ChooseScreen > Vertical { width: 60; max-width: 90%; height: auto; border: round $accent; padding: 0 1; }
    ChooseScreen OptionList { height: auto; max-height: 14; border: none; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", show=False, id="choose.back", tooltip="Leave without choosing"),
    ]

    def __init__(self, title: str, choices: Sequence[tuple[str, str]]) -> None:
        """Take the title, and id and text of each choice."""
        super().__init__()
        self._title = title
        self._choices = choices

    def compose(self) -> ComposeResult:
        """Lay out title and list."""
        with Vertical():
            yield Static(self._title, markup=False)
            yield OptionList(*(Option(Content(shown), id=identity) for identity, shown in self._choices))

    @on(OptionList.OptionSelected)
    def _chosen(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(event.option.id)

    def action_back(self) -> None:
        """Leave without choosing."""
        self.dismiss(None)
