"""Searching the whole tree of tags for one to take."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option
from textual.worker import get_current_worker

from tagrt_tui.session import Session
from tagrt_tui.texts import text

RESULTS = 12
GUESSES = 3
LEAST_PROBABILITY = 0.15
"""What the model is less sure of is no answer to a search."""


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
        found = self._session.search.find(typed, RESULTS)
        self.query_one(OptionList).clear_options()
        self._add(found)
        self.query_one(".keys", Static).update(text("search.keys", self._session.language))
        if typed.strip() and len(found) < RESULTS:
            self._guess(typed)

    def _add(self, nodes: Sequence[int]) -> None:
        taxonomy = self._session.tagger.taxonomy
        results = self.query_one(OptionList)
        there = {option.id for option in results.options}
        results.add_options(
            Option(self._session.nodes_text(taxonomy.path(node)), id=taxonomy.ids[node])
            for node in nodes[: RESULTS - len(there)]
            if taxonomy.ids[node] not in there
        )
        if results.option_count and results.highlighted is None:
            results.highlighted = 0

    @work(thread=True, exclusive=True, group="guess")
    def _guess(self, typed: str) -> None:
        """Add what the model takes the words for: a tag's name need not be among them."""
        worker = get_current_worker()
        index = self._session.tagger.taxonomy.index
        paths = self._session.candidates(typed, GUESSES)
        guesses = [index[path[-1].id] for path in paths if path[-1].probability >= LEAST_PROBABILITY]
        if not worker.is_cancelled:
            self.app.call_from_thread(self._guessed, typed, guesses)

    def _guessed(self, typed: str, guesses: Sequence[int]) -> None:
        if typed != self.query_one(Input).value:
            return
        self._add(guesses)
        if not self.query_one(OptionList).option_count:
            language = self._session.language
            said = f"{text('search.none', language)}  {text('search.keys', language)}"
            self.query_one(".keys", Static).update(said)

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
