"""Help for the screen at hand, made of the keys that are bound on it now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import ClassVar

from rich.cells import cell_len, set_cell_size
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from tagrt.types import Language
from tagrt_tui.key_texts import is_known, key_name, long_text, rank
from tagrt_tui.session import Session
from tagrt_tui.texts import text

_SAID = 44
"""Cells before the id of a binding."""


class HelpScreen(ModalScreen[None]):
    """The keys of a screen, then those that hold everywhere, each with its id for the keymap."""

    DEFAULT_CSS = """
    HelpScreen { align: center middle; }
    HelpScreen > VerticalScroll {
        width: 90%; max-width: 90; height: auto; max-height: 90%; border: round $accent; padding: 0 1;
    }
    HelpScreen Static { width: 1fr; height: auto; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,enter", "close", show=False, id="help.back", tooltip="Close the help"),
        Binding("up,k", "scroll(-1)", show=False, priority=True, id="help.up", tooltip="Scroll up"),
        Binding("down,j", "scroll(1)", show=False, priority=True, id="help.down", tooltip="Scroll down"),
    ]

    def __init__(self, session: Session, bindings: Iterable[Binding]) -> None:
        """Take the bindings of the screen that is to be explained."""
        super().__init__()
        self._session = session
        self._bindings_below = list(bindings)

    def compose(self) -> ComposeResult:
        """Lay out the text."""
        with VerticalScroll():
            yield Static(help_text(self._bindings_below, self._session.language), id="help")

    def refresh_texts(self) -> None:
        """Show it in the session's language."""
        self.query_one("#help", Static).update(help_text(self._bindings_below, self._session.language))

    def action_close(self) -> None:
        """Go back to the screen."""
        self.dismiss(None)

    def action_scroll(self, lines: int) -> None:
        """Scroll."""
        self.query_one(VerticalScroll).scroll_relative(y=lines, animate=False)


def help_text(bindings: Sequence[Binding], language: Language) -> Content:
    """Return the help: a line for each binding, the screen's own ones first."""
    own = sorted((binding for binding in bindings if is_known(binding)), key=rank)
    parts: list[str | tuple[str, str]] = []
    for title, here in (("help.here", False), ("help.everywhere", True)):
        found = _merged([b for b in own if str(b.id).startswith("app.") is here])
        if found:
            parts += ["\n"] * bool(parts) + [(text(title, language), "bold $accent"), "\n"]
            width = max(cell_len(keys) for keys in found.values()) + 2
            for binding, keys in found.items():
                said = long_text(binding, language)
                said = set_cell_size(said, max(_SAID, cell_len(said) + 2))
                parts += [(set_cell_size(keys, width), "bold"), said, (f"{binding.id}", "dim"), "\n"]
    return Content.assemble(*parts, "\n", (text("help.keymap", language), "dim"))


def _merged(bindings: Sequence[Binding]) -> Mapping[Binding, str]:
    """Return all keys of each binding id, by the first binding that has it."""
    first: dict[str, Binding] = {}
    keys: dict[str, list[str]] = {}
    for binding in bindings:
        first.setdefault(str(binding.id), binding)
        keys.setdefault(str(binding.id), []).append(key_name(binding.key))
    return {binding: " ".join(keys[name]) for name, binding in first.items()}
