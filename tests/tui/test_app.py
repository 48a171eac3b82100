"""The terminal app, driven as a person would: real keys, real screen size, a real store."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from rich.cells import cell_len
from textual.pilot import Pilot
from textual.widgets import Input, Static

from tagrt import Tagger
from tagrt.run import RunOptions, run_file
from tagrt.store import Store
from tagrt.types import Decision, Language, Tag
from tagrt_tui.app import TagrtApp
from tagrt_tui.screens.review import ReviewScreen
from tagrt_tui.screens.typing import GUESSES, TypingScreen
from tagrt_tui.session import Session
from tagrt_tui.widgets.guess_row import GuessRow
from tagrt_tui.widgets.waiting_list import WaitingList

SCREEN = (80, 24)
NONSENSE = ("zzzz", "qqqq", "xxxx", "wwww", "vvvv", "uuuu", "gggg", "hhhh", "jjjj", "kkkk", "yyyy", "qzqz")
TITLES = tuple(
    title
    for title in (f"{word} {word[::-1]}x" for word in NONSENSE)
    if Tagger.load().tag(title).decision is Decision.REVIEW
)[:6]
Drive = Callable[[TagrtApp, Pilot[None]], Awaitable[None]]


@pytest.fixture(scope="module")
def tagger() -> Tagger:
    return Tagger.load()


@pytest.fixture
def store_path(tmp_path: Path, tagger: Tagger) -> Path:
    """A store in which all products wait."""
    source = tmp_path / "stock.csv"
    rows = [f"{n},{title},{n}.50" for n, title in enumerate(TITLES)]
    source.write_text("\n".join(["sku,title,price", *rows]) + "\n")
    run_file(tagger, source, RunOptions(store=tmp_path / "shop.db"))
    with Store(tmp_path / "shop.db") as store:
        assert store.counts()["review"] == len(TITLES)
    return tmp_path / "shop.db"


def drive(session: Session, steps: Drive, size: tuple[int, int] = SCREEN) -> None:
    async def run() -> None:
        app = TagrtApp(session)
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            await steps(app, pilot)

    asyncio.run(run())


async def settled(app: TagrtApp, pilot: Pilot[None]) -> None:
    await app.workers.wait_for_complete()
    await pilot.pause()


def guesses_of(app: TagrtApp) -> list[str]:
    return [str(row.render()) for row in app.screen.query(GuessRow)]


def at_hand(app: TagrtApp) -> str:
    """The title that the list marks."""
    return str(app.screen.query_one(WaitingList).render()).splitlines()[0].split("% ", 1)[1].strip()


class SlowOnFirst:
    """Answers with the text itself, and holds back the answer to the first text."""

    def __init__(self) -> None:
        self.release = threading.Event()

    def candidates(self, text: str, count: int = 5) -> list[tuple[Tag, ...]]:
        if text == "a":
            self.release.wait(timeout=10)
        return [(Tag(text, f"en:{text}", f"zh:{text}", 0.5),)]


def test_typing_shows_five_guesses_of_the_bundled_model(tagger: Tagger) -> None:
    async def steps(app: TagrtApp, pilot: Pilot[None]) -> None:
        app.screen.query_one(Input).value = "手机"
        await pilot.pause()
        await settled(app, pilot)
        rows = guesses_of(app)
        assert len(rows) == GUESSES
        assert all("%" in row for row in rows)
        assert "通信设备" in rows[0]
        keys = app.screen.query_one(".keys").region
        assert all(row.region.bottom <= keys.y for row in app.screen.query(GuessRow))

    drive(Session(tagger, Language.ZH), steps)


def test_the_latest_text_wins_and_the_language_switches() -> None:
    guesser = SlowOnFirst()

    async def steps(app: TagrtApp, pilot: Pilot[None]) -> None:
        await pilot.press("a", "b")
        await pilot.pause()
        guesser.release.set()
        await settled(app, pilot)
        assert "en:ab" in guesses_of(app)[0]
        await pilot.press("ctrl+l")
        assert "zh:ab" in guesses_of(app)[0]
        await pilot.press("f3")
        assert isinstance(app.screen, TypingScreen)  # no store: it says so and stays

    drive(Session(guesser), steps)  # type: ignore[arg-type]


def test_a_review_by_single_keys_is_on_disk_at_once(tagger: Tagger, store_path: Path) -> None:
    async def steps(app: TagrtApp, pilot: Pilot[None]) -> None:
        assert isinstance(app.screen, ReviewScreen)
        first = at_hand(app)
        second_guess = guesses_of(app)[1]
        await pilot.press("2")
        with Store(store_path) as other:  # as another process would see it
            assert other.counts()["human"] == 1
            key = str(TITLES.index(first))
            decided = other.history(key)[-1]
            assert decided.decision == "human"
            assert tagger.taxonomy.en[tagger.taxonomy.index[decided.tag]] in second_guess
        second = at_hand(app)
        assert second != first
        await pilot.press("s")
        third = at_hand(app)
        assert third not in (first, second)
        await pilot.press("p")
        assert at_hand(app) == second
        await pilot.press("enter", "u", "u")
        assert at_hand(app) == first
        await pilot.press("u")  # nothing left to undo
        with Store(store_path) as other:
            assert other.counts()["review"] == len(TITLES)

    with Store(store_path) as store:
        drive(Session(tagger, store=store), steps)


def test_backspace_marks_the_tag_above_and_enter_takes_it(tagger: Tagger, store_path: Path) -> None:
    async def steps(app: TagrtApp, pilot: Pilot[None]) -> None:
        key = str(TITLES.index(at_hand(app)))
        best = tagger.tag(TITLES[int(key)]).guess
        await pilot.press("backspace", "enter")
        with Store(store_path) as other:
            assert other.history(key)[-1].tag == best[-2].id

    with Store(store_path) as store:
        drive(Session(tagger, store=store), steps)


def test_any_tag_is_found_by_its_pinyin_initials(tagger: Tagger, store_path: Path) -> None:
    async def steps(app: TagrtApp, pilot: Pilot[None]) -> None:
        key = str(TITLES.index(at_hand(app)))
        await pilot.press("slash", "h", "c", "c")
        await pilot.pause()
        await pilot.press("enter")
        await pilot.pause()
        with Store(store_path) as other:
            assert other.history(key)[-1].tag == "food/drinks/tea/herbal"

    with Store(store_path) as store:
        drive(Session(tagger, Language.ZH, store), steps)


def test_all_alike_are_accepted_only_when_the_answer_is_yes(tagger: Tagger, store_path: Path) -> None:
    async def steps(app: TagrtApp, pilot: Pilot[None]) -> None:
        await pilot.press("a", "n")
        await pilot.pause()
        with Store(store_path) as other:
            assert other.counts()["human"] == 0
        await pilot.press("a", "y")
        await pilot.pause()
        with Store(store_path) as other:
            decided = other.counts()["human"]
        assert decided >= 1
        await pilot.press("u")
        with Store(store_path) as other:
            assert other.counts()["human"] == 0

    with Store(store_path) as store:
        drive(Session(tagger, store=store), steps)


def test_the_queue_is_filtered_and_ends_with_a_message(tagger: Tagger, store_path: Path) -> None:
    async def steps(app: TagrtApp, pilot: Pilot[None]) -> None:
        await pilot.press("f", *TITLES[2], "enter")
        await pilot.pause()
        assert at_hand(app) == TITLES[2]
        await pilot.press("enter")
        await pilot.pause()
        assert "Esc shows all" in str(app.screen.query_one("ProductCard", Static).content)
        await pilot.press("escape")
        await pilot.pause()
        assert at_hand(app) != TITLES[2]

    with Store(store_path) as store:
        drive(Session(tagger, store=store), steps)


def test_coming_back_continues_at_the_same_product(tagger: Tagger, store_path: Path) -> None:
    seen = []

    async def skip(app: TagrtApp, pilot: Pilot[None]) -> None:
        await pilot.press("s", "s")
        seen.append(at_hand(app))

    async def look(app: TagrtApp, pilot: Pilot[None]) -> None:
        seen.append(at_hand(app))

    for steps in (skip, look):
        with Store(store_path) as store:
            drive(Session(tagger, store=store), steps)
    assert seen[0] == seen[1]


@pytest.mark.parametrize("size", [SCREEN, (140, 40), (60, 20)])
@pytest.mark.parametrize("language", [Language.EN, Language.ZH])
def test_everything_fits_the_screen(
    tagger: Tagger, store_path: Path, size: tuple[int, int], language: Language
) -> None:
    async def steps(app: TagrtApp, pilot: Pilot[None]) -> None:
        await settled(app, pilot)
        keys = app.screen.query_one(".keys").region
        assert keys.bottom == size[1]
        assert app.screen.query_one(WaitingList).region.bottom <= keys.y
        first = app.screen.query(GuessRow).first()
        assert first.region.bottom <= keys.y
        lines = str(first.render()).splitlines()
        assert len(lines) == (1 if size[1] < 24 else 2)
        assert lines[-1].endswith("%")
        assert max(map(cell_len, lines)) <= first.content_size.width

    with Store(store_path) as store:
        drive(Session(tagger, language, store), steps, size)
