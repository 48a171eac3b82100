"""Draws demo.svg beside this file, of `tagrt tui --demo`: python docs/pictures/demo.py (extra `tui`)."""

from __future__ import annotations

import asyncio
from pathlib import Path

from tagrt import Tagger
from tagrt.store import Store
from tagrt.types import Language
from tagrt_tui.app import TagrtApp
from tagrt_tui.demo import demo_folder
from tagrt_tui.session import Session

PICTURE = Path(__file__).with_name("demo.svg")
SIZE = (110, 32)


async def main() -> None:
    """Run the demo without a terminal until all products are tagged, and keep what it shows."""
    with demo_folder() as (sample, path), Store(path, create=True) as store:
        session = Session(Tagger.load(), Language.EN, store, tag_language=Language.EN)
        app = TagrtApp(session, sample, run=True)
        async with app.run_test(size=SIZE) as pilot:
            while not (session.running and session.running.ended):
                await pilot.pause(0.1)
            await pilot.pause(1.0)
            app.clear_notifications()
            await pilot.pause(0.5)
            PICTURE.write_text(app.export_screenshot(title="tagrt tui --demo"), encoding="utf-8")


if __name__ == "__main__":
    asyncio.run(main())
