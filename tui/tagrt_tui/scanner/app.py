"""An app that hears a barcode scanner, whatever screen is shown and whatever has the focus.

Every key passes here before any binding or widget sees it. Outside of text fields a character is held back
until it is clear that no other follows it fast: it might be a key (1 takes a candidate!) or the first digit
of a code. In a text field it goes in at once, and the field is put back as it was if it was a scan.
"""

from __future__ import annotations

from typing import NamedTuple, Protocol, runtime_checkable

from textual import events
from textual.app import App
from textual.message import Message
from textual.widgets import Input
from textual.widgets.input import Selection

from tagrt_tui.scanner.burst import GAP, Burst, is_scan
from tagrt_tui.scanner.clock import Clock, TerminalClock

ENDS = ("enter", "tab")
NEVER_TYPED = 4
"""So many different characters without a pause are a scan, though no Enter has come behind them."""

_SEPARATOR = "ctrl+right_square_bracket"


class Scanned(Message):
    """A scanner has sent a code.

    Attributes:
        code: Its characters, without the Enter or Tab behind them.
    """

    def __init__(self, code: str) -> None:
        """Take the code."""
        super().__init__()
        self.code = code


class ScanCut(Message):
    """Part of a code has come; its keys are not pressed."""


@runtime_checkable
class ShowsHeld(Protocol):
    """A screen that shows which characters have arrived though they are still held back."""

    def show_held(self, characters: str) -> None:
        """Show them; none are held when empty."""


class _Before(NamedTuple):
    """A field as it was before a burst."""

    value: str
    selection: Selection


class ScannerApp(App[None]):
    """Posts `Scanned` for each scan; all other keys do what they do in any app."""

    scan_gap: float = GAP
    """Seconds; keys closer to each other may be a scanner's. 0: there is no scanner, keys act at once."""

    clock: Clock | None = None
    """Real time if there is none."""

    def __init__(self) -> None:
        """Hear nothing yet."""
        super().__init__()
        self._burst = Burst()
        self._held: list[events.Key] = []
        self._field: Input | None = None
        self._before: _Before | None = None

    async def on_event(self, event: events.Event) -> None:
        """Listen to keys before they go where keys go."""
        if self.scan_gap and isinstance(event, events.Key) and not event.is_forwarded:
            await self._listen(event)
        else:
            await super().on_event(event)

    async def _listen(self, key: events.Key) -> None:
        at = self._clock.time_of(key)
        if self._burst.text and not self._burst.goes_on(at):
            await self._let_go()
        character = _character(key)
        if character:
            await self._take(key, character, at)
        elif key.key in ENDS and is_scan(self._burst.text, in_field=self._field is not None):
            self._hear()
        else:
            await self._let_go()
            await super().on_event(key)

    @property
    def _clock(self) -> Clock:
        if self.clock is None:
            self.clock = TerminalClock(self)
        return self.clock

    async def _take(self, key: events.Key, character: str, at: float) -> None:
        if not self._burst.text:
            self._burst.gap = self.scan_gap
            self._field = self.focused if isinstance(self.focused, Input) else None
            if self._field:
                self._field.call_later(self._remember, self._field)
        self._burst.add(character, at)
        if self._field:
            await super().on_event(key)
        else:
            self._held.append(key)
            self._tell_held()
            said = len(self._burst.text), at
            self._clock.call_after(self.scan_gap, lambda: self._pause_over(*said))
        if self._burst.too_long:
            await self._let_go()

    def _pause_over(self, length: int, at: float) -> None:
        # Once more round the queue: keys that came in time but wait there, behind a long redraw, go first.
        self.call_later(self._let_go_of, length, at)

    async def _let_go_of(self, length: int, at: float) -> None:
        if (len(self._burst.text), self._burst.last) == (length, at):
            await self._let_go()

    async def _let_go(self) -> None:
        """End the burst; what was held back goes where it would have gone."""
        held, self._held = self._held, []
        text = self._burst.text
        self._burst.clear()
        self._field = None
        if held:
            self._tell_held()
        if len(held) >= NEVER_TYPED and len(set(text)) > 1:
            self.post_message(Scanned(text) if is_scan(text, in_field=False) else ScanCut())
            return
        for key in held:
            await super().on_event(key)

    def _remember(self, field: Input) -> None:
        self._before = _Before(field.value, field.selection)

    def _hear(self) -> None:
        """End the burst; it was a scan."""
        code, field = self._burst.text, self._field
        self._burst.clear()
        self._held, self._field = [], None
        self._tell_held()
        # Its digits may still be on their way to the field, so it is put back in the field's own turn.
        if field is None or not field.call_later(self._put_back, field, code):
            self.post_message(Scanned(code))

    def _put_back(self, field: Input, code: str) -> None:
        if self._before:
            field.value, field.selection = self._before
        self.post_message(Scanned(code))

    def _tell_held(self) -> None:
        if isinstance(self.screen, ShowsHeld):
            self.screen.show_held("".join(key.character or "" for key in self._held))


def _character(key: events.Key) -> str:
    if key.key == _SEPARATOR:
        return "\x1d"
    return key.character if key.is_printable and key.character else ""
