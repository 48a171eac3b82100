"""A keyboard whose keys come when the test says, however long the app takes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime

from textual import events
from textual.pilot import Pilot

from tagrt_tui.app import TagrtApp
from tagrt_tui.scanner.burst import GAP
from tagrt_tui.session import Session

Drive = Callable[[TagrtApp, "Keyboard"], Awaitable[None]]


class ManualClock:
    """Time that stands still until it is moved on."""

    def __init__(self) -> None:
        self.now = 1000.0
        self._due: list[tuple[float, Callable[[], None]]] = []

    def time_of(self, key: events.Key) -> float:
        return self.now

    def call_after(self, seconds: float, callback: Callable[[], None]) -> None:
        self._due.append((self.now + seconds, callback))

    def pass_by(self, seconds: float, app: TagrtApp) -> None:
        self.now += seconds
        over = [callback for due, callback in self._due if due <= self.now]
        self._due = [(due, callback) for due, callback in self._due if due > self.now]
        for callback in over:
            app.call_later(callback)


class Keyboard:
    """Presses keys with pauses of any length."""

    def __init__(self, app: TagrtApp, pilot: Pilot[None], clock: ManualClock) -> None:
        self.app, self.pilot, self.clock = app, pilot, clock

    async def press(self, *keys: str, gap: float = 0.3) -> None:
        """Press keys, each so many seconds after the one before, and wait as long after the last."""
        for key in keys:
            await self.pilot.press(key)
            self.clock.pass_by(gap, self.app)
            await self.pilot.pause()
        await self.settled()

    async def scan(self, code: str, gap: float = 0.01, end: str = "enter") -> None:
        """Send a code as a scanner does."""
        named = {"\x1d": "ctrl+right_square_bracket"}
        await self.press(*(named.get(character, character) for character in code), end, gap=gap)
        self.clock.pass_by(1.0, self.app)
        await self.settled()

    async def settled(self) -> None:
        await self.pilot.pause()
        await self.app.workers.wait_for_complete()
        await self.pilot.pause()


def drive(session: Session, steps: Drive, size: tuple[int, int] = (80, 24)) -> None:
    """Run an app that hears scanners."""

    async def run() -> None:
        app = TagrtApp(session)
        app.scan_gap, app.clock = GAP, ManualClock()
        async with app.run_test(size=size) as pilot:
            keyboard = Keyboard(app, pilot, app.clock)
            await keyboard.settled()
            await steps(app, keyboard)

    asyncio.run(run())


def noon() -> datetime:
    return datetime(2026, 1, 31, 12, 0, 0)
