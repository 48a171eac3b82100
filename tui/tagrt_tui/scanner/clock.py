"""The time of keys, exchangeable so that tests type at any speed without waiting."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from textual import events
from textual.app import App


class Clock(Protocol):
    """Tells when a key came, and calls when a pause is over."""

    def time_of(self, key: events.Key) -> float:
        """Return when a key came, in seconds."""

    def call_after(self, seconds: float, callback: Callable[[], None]) -> None:
        """Call a function in the app's own turn, so many seconds from now."""


class TerminalClock:
    """Real time: a key came when the terminal sent it, however late the app gets to it."""

    def __init__(self, app: App[Any]) -> None:
        """Take the app that waits."""
        self._app = app

    def time_of(self, key: events.Key) -> float:
        """Return when the driver read the key."""
        return key.time

    def call_after(self, seconds: float, callback: Callable[[], None]) -> None:
        """Set a timer of the app."""
        self._app.set_timer(seconds, callback)
