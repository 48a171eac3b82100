"""The terminal app, driven as a person would: real keys, real screen size."""

from __future__ import annotations

import asyncio
import threading

from textual.widgets import Input

from tagrt import Tagger
from tagrt.types import Language, Tag
from tagrt_tui.app import GUESSES, TagrtApp
from tagrt_tui.guess_row import GuessRow

SCREEN = (80, 24)


def rows_of(app: TagrtApp) -> list[str]:
    return [str(row.content) for row in app.query(GuessRow)]


class SlowOnFirst:
    """Answers with the text itself, and holds back the answer to the first text."""

    def __init__(self) -> None:
        self.release = threading.Event()

    def candidates(self, text: str, count: int = 5) -> list[tuple[Tag, ...]]:
        if text == "a":
            self.release.wait(timeout=10)
        return [(Tag(text, f"en:{text}", f"zh:{text}", 0.5),)]


def test_typing_shows_five_guesses_of_the_bundled_model() -> None:
    async def drive() -> None:
        app = TagrtApp(Tagger.load(), Language.ZH)
        async with app.run_test(size=SCREEN) as pilot:
            app.query_one(Input).value = "手机"
            await pilot.pause()
            await app.workers.wait_for_complete()
            await pilot.pause()
            rows = rows_of(app)
            assert len(rows) == GUESSES
            assert all("%" in row for row in rows)
            assert "通信设备" in rows[0]
            footer = app.screen.query_one("Footer").region
            assert all(row.region.bottom <= footer.y for row in app.query(GuessRow))

    asyncio.run(drive())


def test_the_latest_text_wins_and_the_language_switches() -> None:
    async def drive() -> None:
        guesser = SlowOnFirst()
        app = TagrtApp(guesser)
        async with app.run_test(size=SCREEN) as pilot:
            await pilot.press("a", "b")
            await pilot.pause()
            guesser.release.set()
            await app.workers.wait_for_complete()
            await pilot.pause()
            assert rows_of(app)[0].startswith("en:ab\n")
            await pilot.press("ctrl+l")
            assert rows_of(app)[0].startswith("zh:ab\n")
            await pilot.press("backspace", "backspace")
            await app.workers.wait_for_complete()
            await pilot.pause()
            assert rows_of(app) == [""] * GUESSES
            await pilot.press("escape")
        assert app.return_code == 0

    asyncio.run(drive())
