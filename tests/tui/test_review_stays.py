"""The review goes on where it was: after other screens, after the app, after a kill, after the next run."""

from __future__ import annotations

import os
import pty
import select
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.tui.keyboard import Keyboard, drive
from textual.widgets import OptionList, Static

from tagrt import Tagger
from tagrt.run import RunOptions, run_file
from tagrt.store import Store
from tagrt.store.queue import Filter, ReviewQueue, place_of
from tagrt.types import Decision, Product, Reason, Tag, Tagging
from tagrt_tui.app import TagrtApp
from tagrt_tui.review_state import ReviewState
from tagrt_tui.session import Session
from tagrt_tui.widgets.guess_row import GuessRow
from tagrt_tui.widgets.product_card import ProductCard
from tagrt_tui.widgets.waiting_list import WaitingList

TEA = "food/drinks/tea/herbal"
COUNT = 40


@pytest.fixture(scope="module")
def tagger() -> Tagger:
    return Tagger.load()


@pytest.fixture
def store_path(tmp_path: Path) -> Path:
    """A store in which all products wait, in the order of their numbers."""
    with Store(tmp_path / "shop.db", create=True) as store:
        run = store.begin_run("stock.csv", "base 4")
        taggings = [
            Tagging(
                (),
                (Tag(TEA if n % 4 == 0 else "food/bakery", "", "", n / 100),),
                Decision.REVIEW,
                Reason.TOO_BROAD if n % 10 == 0 else Reason.LOW_CONFIDENCE,
            )
            for n in range(COUNT)
        ]
        store.record(run, [Product(f"product {n:02}", key=f"{n:02}") for n in range(COUNT)], taggings)
        store.end_run(run, COUNT, 0, COUNT, 0, 1.0)
    return tmp_path / "shop.db"


def shown(app: TagrtApp) -> list[str]:
    lines = str(app.screen.query_one(WaitingList).render()).splitlines()
    return [line.split("product ")[1].strip() for line in lines if "product " in line]


def bar(app: TagrtApp) -> str:
    return str(app.screen.query_one("#bar", Static).render())


def test_filters_by_reason_tag_and_text_are_put_together(tagger: Tagger, store_path: Path) -> None:
    async def steps(app: TagrtApp, keys: Keyboard) -> None:
        assert "40 waiting" in bar(app)
        await keys.press("r", "down", "enter")
        assert shown(app) == ["00", "10", "20", "30"]
        await keys.press("t", *"herbal tea", "enter")
        assert shown(app) == ["00", "20"]
        assert "2 waiting" in bar(app)
        assert "Herbal Tea" in bar(app)
        await keys.press("f", "2", "enter")
        assert shown(app) == ["20"]
        await keys.press("enter")
        assert shown(app) == []
        assert "0 waiting" in bar(app)
        await keys.press("u")
        assert shown(app) == ["20"]
        await keys.press("escape")
        assert shown(app)[:3] == ["00", "01", "02"]
        assert "40 waiting" in bar(app)

    with Store(store_path) as store:
        drive(Session(tagger, store=store), steps)


def test_other_screens_and_another_start_come_back_to_the_same_product(
    tagger: Tagger, store_path: Path
) -> None:
    async def begin(app: TagrtApp, keys: Keyboard) -> None:
        await keys.press("r", "down", "enter", "s", "enter", "s")
        assert shown(app) == ["30"]
        for elsewhere in ("f2", "f4", "f5"):
            await keys.press(elsewhere, "f3")
            assert shown(app) == ["30"]

    async def again(app: TagrtApp, keys: Keyboard) -> None:
        assert shown(app) == ["30"]
        await keys.press("s")  # behind the last: those that were skipped, from the head
        assert shown(app) == ["00", "20", "30"]

    for steps in (begin, again):
        with Store(store_path) as store:
            drive(Session(tagger, store=store), steps)


def test_decisions_are_taken_back_after_other_screens_and_filters(tagger: Tagger, store_path: Path) -> None:
    async def steps(app: TagrtApp, keys: Keyboard) -> None:
        await keys.press("enter", "f2", "f3", "f", "5", "enter", "enter")
        assert store.counts()["human"] == 2
        await keys.press("u")
        assert shown(app)[0] == "05"
        await keys.press("u")
        assert shown(app)[0] == "00"
        assert store.counts()["human"] == 0

    with Store(store_path) as store:
        drive(Session(tagger, store=store), steps)


def test_what_a_filter_finds_is_looked_for_in_parts(store_path: Path) -> None:
    with Store(store_path) as store:
        queue, state, chosen = ReviewQueue(store), ReviewState(store), Filter(reason="low_confidence")
        state.choose(chosen)
        seen, looked = [], 0
        while True:
            page = state.page(queue, 4)
            if page is None:
                looked += 1
                state.found(state.place, queue.find(chosen, state.place, limit=10))
                continue
            if not page:
                break
            seen += [product.key for product in page]
            state.place = place_of(page[-1])
        assert seen == [f"key:{n:02}" for n in range(COUNT) if n % 10]
        assert looked == 4
        state.place = None  # before what was found last: it has to be looked for again
        assert state.page(queue, 4) is None


def test_a_store_that_another_holds_is_a_notice_and_the_app_goes_on(tagger: Tagger, store_path: Path) -> None:
    async def steps(app: TagrtApp, keys: Keyboard) -> None:
        holder = sqlite3.connect(store_path, isolation_level=None)
        holder.execute("BEGIN IMMEDIATE")
        await keys.press("enter")
        assert "another program" in " ".join(notice.message for notice in app._notifications)
        assert shown(app)[0] == "00"
        holder.execute("ROLLBACK")
        holder.close()
        await keys.press("enter")
        assert shown(app)[0] == "01"
        assert store.counts()["human"] == 1

    with Store(store_path) as store:
        store.query("PRAGMA busy_timeout = 20")
        drive(Session(tagger, store=store), steps)


class Terminal:
    """The real command in a terminal of its own."""

    def __init__(self, store: Path) -> None:
        self._master, slave = pty.openpty()
        command = [sys.executable, "-m", "tagrt", "tui", "--store", str(store)]
        size = {**os.environ, "COLUMNS": "80", "LINES": "24", "TERM": "xterm-256color"}
        self.process = subprocess.Popen(command, stdin=slave, stdout=slave, stderr=slave, env=size)
        os.close(slave)

    def wait_for(self, text: str, seconds: float = 60) -> None:
        """Read the screen until it has shown a text."""
        read, end = b"", time.monotonic() + seconds
        while text.encode() not in read:
            assert time.monotonic() < end, read[-2000:]
            if select.select([self._master], [], [], 0.1)[0]:
                read += os.read(self._master, 65536)

    def press(self, keys: str) -> None:
        os.write(self._master, keys.encode())

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        os.close(self._master)


def test_a_kill_loses_no_decision_and_the_next_start_goes_on_there(tagger: Tagger, store_path: Path) -> None:
    terminal = Terminal(store_path)
    try:
        terminal.wait_for("product 00")
        for number in range(3):
            terminal.press("\r")
            terminal.wait_for(f"product {number:02}: ")  # it says what it took, and is killed that moment
    finally:
        terminal.kill()
    with Store(store_path) as store:
        assert store.check() == []
        assert store.counts()["human"] == 3
        assert all(store.history(f"{n:02}")[-1].decision == "human" for n in range(3))

    async def again(app: TagrtApp, keys: Keyboard) -> None:
        assert shown(app)[0] == "03"

    with Store(store_path) as store:
        drive(Session(tagger, store=store), again)


def test_what_was_reviewed_is_human_in_the_next_run(tagger: Tagger, tmp_path: Path) -> None:
    source, path = tmp_path / "stock.csv", tmp_path / "shop.db"
    made_up = ("zzzz qqqq", "wwww vvvv", "xxxx yyyy", "gggg hhhh", "kkkk jjjj", "uuuu zzzz", "qqqq xxxx")
    first, second = [title for title in made_up if tagger.tag(title).decision is Decision.REVIEW][:2]
    source.write_text(f"sku,title\n1,{first}\n2,{second}\n")
    run_file(tagger, source, RunOptions(store=path))

    async def steps(app: TagrtApp, keys: Keyboard) -> None:
        await keys.press("3", "enter")

    with Store(path) as store:
        drive(Session(tagger, store=store), steps)
        tags = {key: store.history(key)[-1].tag for key in ("1", "2")}
    assert run_file(tagger, source, RunOptions(store=path)).human == 2
    rows = (tmp_path / "stock.tagged.csv").read_text().splitlines()[1:]
    assert all(",human," in row and tags[row[0]] in row for row in rows)


def test_what_a_person_had_decided_leads_when_the_text_has_changed(tagger: Tagger, tmp_path: Path) -> None:
    source = tmp_path / "stock.csv"
    source.write_text("sku,title\n1,blue widget thing\n")
    options = RunOptions(store=tmp_path / "shop.db")
    run_file(tagger, source, options)
    with Store(tmp_path / "shop.db") as store:
        store.correct("1", TEA, "anna")
    source.write_text("sku,title\n1,blue widget thing of another size\n")
    run_file(tagger, source, RunOptions(store=tmp_path / "shop.db"))

    async def steps(app: TagrtApp, keys: Keyboard) -> None:
        card = str(app.screen.query_one(ProductCard).content)
        assert "decided before: blue widget thing → " in card
        first = str(app.screen.query(GuessRow).first().render())
        assert "Herbal Tea" in first
        await keys.press("enter")
        assert store.counts()["human"] == 1

    with Store(tmp_path / "shop.db") as store:
        drive(Session(tagger, store=store), steps)
        assert store.query("SELECT tag FROM products") == [(TEA,)]


def test_all_columns_can_be_scrolled_to_on_a_small_screen(tagger: Tagger, tmp_path: Path) -> None:
    source = tmp_path / "stock.csv"
    names = [f"field{n}" for n in range(15)]
    source.write_text(
        f"sku,title,{','.join(names)}\n1,zzqq xxvv,{','.join(f'value{n}' for n in range(15))}\n"
    )
    run_file(tagger, source, RunOptions(store=tmp_path / "shop.db"))

    async def steps(app: TagrtApp, keys: Keyboard) -> None:
        assert {row.size.height for row in app.screen.query(GuessRow)} == {1}
        last = app.screen.query_one("#rest", Static)
        assert "field14: value14" in str(last.content)
        hand = app.screen.query_one("#at-hand")
        for _ in range(4):
            await keys.press("pagedown")
        assert hand.region.y <= last.region.bottom - 1 < hand.region.bottom
        await keys.press("pageup", "pageup", "pageup", "pageup")
        assert hand.scroll_offset.y == 0

    with Store(tmp_path / "shop.db") as store:
        drive(Session(tagger, store=store), steps, (60, 16))


@pytest.mark.parametrize("size", [(80, 24), (60, 18)])
def test_however_long_a_product_what_enter_accepts_is_on_the_first_screen(
    tagger: Tagger, tmp_path: Path, size: tuple[int, int]
) -> None:
    source = tmp_path / "stock.csv"
    title = "xqzz " * 100
    source.write_text(f"sku,title,description,maker\n1,{title},{'绒' * 5000},qq\n")
    run_file(tagger, source, RunOptions(store=tmp_path / "shop.db"))

    async def steps(app: TagrtApp, keys: Keyboard) -> None:
        hand = app.screen.query_one("#at-hand").region
        assert app.screen.query(GuessRow).last().region.bottom <= hand.bottom
        assert "⏎ accepts" in str(app.screen.query_one(ProductCard).content)
        rest = str(app.screen.query_one("#rest", Static).content)
        assert title.strip() in rest
        assert "绒" * 1000 in rest

    with Store(tmp_path / "shop.db") as store:
        drive(Session(tagger, store=store), steps, size)


def test_the_first_candidate_is_the_guess_that_the_file_has(tagger: Tagger, tmp_path: Path) -> None:
    source = tmp_path / "stock.csv"
    source.write_text("sku,title\n1,夹 不锈钢 10只\n")
    run_file(tagger, source, RunOptions(store=tmp_path / "shop.db"))

    async def steps(app: TagrtApp, keys: Keyboard) -> None:
        (best,) = store.query("SELECT best FROM products")[0]
        name = app.session.path_text(best).rpartition(" > ")[2]
        assert name in str(app.screen.query(GuessRow).first().render())

    with Store(tmp_path / "shop.db") as store:
        drive(Session(tagger, store=store), steps)


def test_a_search_says_when_there_is_nothing_and_asks_the_model_for_other_words(
    tagger: Tagger, store_path: Path
) -> None:
    async def steps(app: TagrtApp, keys: Keyboard) -> None:
        await keys.press("slash", *"zzzz")
        assert "No tag is called so" in str(app.screen.query_one(".keys", Static).content)
        await keys.press(*["backspace"] * 4, *"screwdriver")
        found = app.screen.query_one(OptionList)
        assert found.option_count
        assert "Tools" in str(found.get_option_at_index(0).prompt)
        assert "No tag" not in str(app.screen.query_one(".keys", Static).content)

    with Store(store_path) as store:
        drive(Session(tagger, store=store), steps)


def test_several_at_once_are_told_as_several(tagger: Tagger, store_path: Path) -> None:
    async def steps(app: TagrtApp, keys: Keyboard) -> None:
        await keys.press("r", "down", "enter", "a", "y")
        assert "2 products: " in bar(app)
        await keys.press("escape", "u")
        assert "taken back: 2 products" in bar(app)
        assert store.counts()["human"] == 0

    with Store(store_path) as store:
        drive(Session(tagger, store=store), steps)
