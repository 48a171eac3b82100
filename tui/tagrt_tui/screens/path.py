"""Asking for a file: typed with completion, or taken from those opened lately."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option
from textual.worker import get_current_worker

from tagrt_tui.paths import common_start, completions, expanded
from tagrt_tui.session import Session
from tagrt_tui.texts import text
from tagrt_tui.widgets.key_bar import KeyBar


class PathScreen(ModalScreen[Path]):
    """An input over what it may become; gives a path, or nothing.

    Folders are listed in a thread: one on a slow network must not hold the keys.
    """

    DEFAULT_CSS = """
    PathScreen { align: center middle; }
    PathScreen > Vertical { width: 95%; max-width: 110; height: 18; border: round $accent; padding: 0 1; }
    PathScreen OptionList { height: 1fr; border: none; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "move(1)", show=False, priority=True, id="path.down", tooltip="Next file"),
        Binding("up", "move(-1)", show=False, priority=True, id="path.up", tooltip="File before"),
        Binding(
            "tab", "complete", show=False, priority=True, id="path.complete", tooltip="Complete the path"
        ),
        Binding("escape", "back", show=False, priority=True, id="path.back", tooltip="Leave without a file"),
    ]

    def __init__(
        self,
        session: Session,
        prompt: str,
        wanted: Callable[[str], bool],
        recent: Sequence[str] = (),
        may_be_new: bool = False,
    ) -> None:
        """Ask for a file.

        Args:
            session: Gives the language.
            prompt: Name of the text that asks.
            wanted: Tells by its name whether a file is offered.
            recent: Files offered before anything is typed.
            may_be_new: Whether a file may be named that there is not.
        """
        super().__init__()
        self._session = session
        self._prompt = prompt
        self._wanted = wanted
        self._recent = [path for path in recent if Path(path).is_file()]
        self._may_be_new = may_be_new
        self._found: list[str] = []

    def compose(self) -> ComposeResult:
        """Lay out input, list and keys."""
        with Vertical():
            yield Input(placeholder=text(self._prompt, self._session.language))
            yield OptionList(markup=False)
            yield KeyBar(self._session)

    def on_mount(self) -> None:
        """Offer the files opened lately, and those of this folder."""
        self._list("")

    def refresh_texts(self) -> None:
        """Show it in the session's language."""
        self.query_one(Input).placeholder = text(self._prompt, self._session.language)

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        self._list(event.value)

    @work(thread=True, exclusive=True)
    def _list(self, typed: str) -> None:
        worker = get_current_worker()
        found = completions(typed, self._wanted)
        if not worker.is_cancelled:
            self.app.call_from_thread(self._show, typed, found)

    def _show(self, typed: str, found: list[str]) -> None:
        if typed != self.query_one(Input).value:
            return
        self._found = found if typed else [*self._recent, *found]
        shown = self.query_one(OptionList)
        shown.clear_options()
        shown.add_options(Option(name) for name in self._found)
        shown.highlighted = 0 if self._found else None

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        path = expanded(event.value)
        if event.value.strip() and path.is_file():
            self.dismiss(path)
        elif (at := self.query_one(OptionList).highlighted) is not None:
            self._take(self._found[at])
        elif event.value.strip() and self._may_be_new and not path.is_dir():
            self.dismiss(path)
        else:
            said = text("path.none", self._session.language, path=event.value)
            self.notify(said, severity="warning", markup=False)

    @on(OptionList.OptionSelected)
    def _clicked(self, event: OptionList.OptionSelected) -> None:
        self._take(self._found[event.option_index])

    def _take(self, name: str) -> None:
        if expanded(name).is_dir():
            self._write(name)
        else:
            self.dismiss(expanded(name))

    def _write(self, value: str) -> None:
        typed = self.query_one(Input)
        typed.value = value
        typed.cursor_position = len(value)
        typed.focus()

    def action_move(self, steps: int) -> None:
        """Go up or down in the list while the input keeps the keys."""
        shown = self.query_one(OptionList)
        if shown.option_count:
            shown.highlighted = ((shown.highlighted or 0) + steps) % shown.option_count

    def action_complete(self) -> None:
        """Write as much as is certain; where nothing is, what is marked."""
        value = self.query_one(Input).value
        at = self.query_one(OptionList).highlighted
        if at is None:
            return
        common = common_start(self._found) if value else ""
        self._write(common if len(common) > len(value) else self._found[at])

    def action_back(self) -> None:
        """Leave without a file."""
        self.dismiss(None)
