"""Searching the whole tree of tags for one to take."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from tagrt_tui.session import Session
from tagrt_tui.texts import text

RESULTS = 12


class SearchScreen(ModalScreen[str]):
    """An input over its results; gives the id of the tag taken, or nothing."""

    DEFAULT_CSS = """
    SearchScreen { align: center middle; }
    SearchScreen > Vertical { width: 90%; max-width: 100; height: auto; border: round $accent; padding: 0 1; }
    SearchScreen OptionList { height: 12; border: none; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", show=False, id="search.back", tooltip="Leave without a tag"),
        Binding("down", "move(1)", show=False, priority=True, id="search.down"),
        Binding("up", "move(-1)", show=False, priority=True, id="search.up"),
    ]

    def __init__(self, session: Session) -> None:
        """Take the session whose tags are searched."""
        super().__init__()
        self._session = session

    def compose(self) -> ComposeResult:
        """Lay out the input, the results and the keys."""
        language = self._session.language
        with Vertical():
            yield Input(placeholder=text("search.prompt", language))
            yield OptionList()
            yield Static(text("search.keys", language), classes="keys")

    def refresh_texts(self) -> None:
        """Show everything in the session's language."""
        language = self._session.language
        self.query_one(Input).placeholder = text("search.prompt", language)
        self.query_one(".keys", Static).update(text("search.keys", language))
        self._find(self.query_one(Input).value)

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        self._find(event.value)

    def _find(self, typed: str) -> None:
        taxonomy = self._session.tagger.taxonomy
        found = self._session.search.find(typed, RESULTS)
        results = self.query_one(OptionList)
        results.clear_options()
        results.add_options(
            Option(self._session.nodes_text(taxonomy.path(node)), id=taxonomy.ids[node]) for node in found
        )
        if found:
            results.highlighted = 0

    @on(Input.Submitted)
    def _taken(self) -> None:
        results = self.query_one(OptionList)
        if results.highlighted is not None and results.option_count:
            self.dismiss(results.get_option_at_index(results.highlighted).id)

    @on(OptionList.OptionSelected)
    def _clicked(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(event.option.id)

    def action_move(self, steps: int) -> None:
        """Go up or down in the results while the input keeps the keys."""
        results = self.query_one(OptionList)
        if results.option_count:
            results.highlighted = ((results.highlighted or 0) + steps) % results.option_count

    def action_back(self) -> None:
        """Leave without a tag."""
        self.dismiss(None)
