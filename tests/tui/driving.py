"""Driving the real app: keys in, screens out."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

from textual.pilot import Pilot

from tagrt_tui.app import TagrtApp
from tagrt_tui.screens.workbench import WorkbenchScreen
from tagrt_tui.session import Session

SCREEN = (80, 24)
EXAMPLE = Path(__file__).parents[2] / "examples" / "catalog.csv"
Drive = Callable[[TagrtApp, Pilot[None]], Awaitable[None]]


def drive(app: TagrtApp, steps: Drive, size: tuple[int, int] = SCREEN) -> None:
    """Run an app without a terminal and take steps in it."""

    async def run() -> None:
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            await steps(app, pilot)

    asyncio.run(run())


async def until(pilot: Pilot[None], done: Callable[[], bool], seconds: float = 120.0) -> None:
    """Wait for what happens in threads."""
    for _ in range(int(seconds / 0.05)):
        if done():
            await pilot.pause()
            return
        await pilot.pause(0.05)
    raise AssertionError(f"not within {seconds} s")


async def opened(pilot: Pilot[None], workbench: WorkbenchScreen) -> None:
    """Wait until a file is open and its index complete."""
    await until(pilot, lambda: workbench.opened is not None and workbench.opened.window.complete)
    await pilot.pause(0.3)  # the screen looks at the index from time to time


async def run_ended(pilot: Pilot[None], session: Session) -> None:
    """Wait until the run is over and the screen says so."""
    await until(pilot, lambda: session.running is not None and session.running.ended)
    await pilot.pause(0.3)


def notices(app: TagrtApp) -> list[str]:
    """Return the notices that were shown."""
    return [notice.message for notice in app._notifications]
