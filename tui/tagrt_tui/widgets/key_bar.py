"""The last line of a screen: its keys, as they are bound now, as far as they fit."""

from __future__ import annotations

from collections.abc import Iterator

from rich.cells import cell_len
from textual.binding import Binding
from textual.content import Content
from textual.keys import _character_to_key
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input

from tagrt.types import Language
from tagrt_tui.key_texts import key_name, rank, short_text
from tagrt_tui.session import Session

_LAST = ("app.help", "app.quit")
"""Bindings that are always shown, at the end: the way out, and the help, from which all others are found."""

_CHARACTERS = frozenset(_character_to_key(chr(code)) for code in range(0x20, 0x7F))
"""Keys that a field which is typed in takes for itself."""


class KeyBar(Widget):
    """Keys and words, made of the bindings that hold on the screen at this moment."""

    DEFAULT_CSS = """
    KeyBar { dock: bottom; height: 1; background: $panel; color: $text-muted; padding: 0 1; }
    """

    def __init__(self, session: Session) -> None:
        """Take the session, for its language."""
        super().__init__(classes="keys")
        self._session = session

    def on_mount(self) -> None:
        """Follow the bindings."""
        self.screen.bindings_updated_signal.subscribe(self, self._changed)

    def _changed(self, _: Screen[object]) -> None:
        self.refresh()

    def render(self) -> Content:
        """Return what fits the width."""
        language = self._session.language
        typing = isinstance(self.screen.focused, Input)
        held = (active.binding for active in self.screen.active_bindings.values())
        bindings = sorted((b for b in held if not (typing and b.key in _CHARACTERS)), key=rank)
        last = list(_hints([b for b in bindings if b.id in _LAST], language))
        hints = list(_hints([b for b in bindings if b.id not in _LAST], language))
        room = self.content_size.width - sum(_width(hint) for hint in last)
        shown = []
        for hint in hints:
            room -= _width(hint)
            if room < 0:
                break
            shown.append(hint)
        parts: list[str | tuple[str, str]] = []
        for keys, word in [*shown, *last]:
            parts += [(keys, "$accent"), f" {word}  "]
        return Content.assemble(*parts)


def _width(hint: tuple[str, str]) -> int:
    return cell_len(hint[0]) + cell_len(hint[1]) + 3


def _hints(bindings: list[Binding], language: Language) -> Iterator[tuple[str, str]]:
    """Give keys and their word; several keys for one word become `1-5`, of one binding only the first."""
    keys: dict[str, dict[str, str]] = {}
    for binding in bindings:
        word = short_text(binding, language)
        if word:
            keys.setdefault(word, {}).setdefault(binding.id or "", key_name(binding.key))
    for word, found in keys.items():
        names = list(found.values())
        yield (f"{names[0]}-{names[-1]}" if len(names) > 1 else names[0]), word
