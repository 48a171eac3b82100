"""Driving the real app: keys in, screens out."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

from textual.pilot import Pilot

from tagrt_tui.app import TagrtApp
from tagrt_tui.screens.workbench import WorkbenchScreen
from tagrt_tui.session import Session
from tagrt_tui.widgets.run_panel import RunPanel

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
    await until(pilot, lambda: workbench._known is not None and workbench._known[2])
    await pilot.pause()


async def run_ended(pilot: Pilot[None], session: Session) -> None:
    """Wait until the run is over and the screen says so."""
    app = pilot.app
    assert isinstance(app, TagrtApp)

    def told() -> bool:
        running = session.running
        return (
            running is not None and running.ended and app._workbench.query_one(RunPanel).told is running.state
        )

    await until(pilot, told)
    await pilot.pause()


def notices(app: TagrtApp) -> list[str]:
    """Return the notices that were shown."""
    return [notice.message for notice in app._notifications]
