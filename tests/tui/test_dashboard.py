"""The dashboard shows what is in the store, and leads to the review of a tag."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.tui.keyboard import Keyboard, drive
from textual.widgets import Static, Tree

from tagrt import Tagger
from tagrt.store import Store
from tagrt.store.overview import Split
from tagrt.types import Decision, Language, Product, Reason, Tag, Tagging
from tagrt_tui.app import TagrtApp
from tagrt_tui.screens.dashboard import DashboardScreen
from tagrt_tui.screens.review import ReviewScreen
from tagrt_tui.session import Session
from tagrt_tui.widgets.bars import Histogram, RunChart, split_bar
from tagrt_tui.widgets.waiting_list import WaitingList

TEA, PHONE = "food/drinks/tea/herbal", "electronics/communications/phones/mobile-phones"


def tagged(tag: str, probability: float, review: bool = False) -> Tagging:
    path = (Tag(tag, "", "", probability),)
    if review:
        return Tagging((), path, Decision.REVIEW, Reason.LOW_CONFIDENCE)
    return Tagging(path, path, Decision.AUTO)


@pytest.fixture(scope="module")
def tagger() -> Tagger:
    return Tagger.load()


@pytest.fixture
def store_path(tmp_path: Path) -> Path:
    with Store(tmp_path / "shop.db", create=True) as store:
        for rows, seconds in ((6, 0.5), (6, 0.25)):
            run = store.begin_run("stock.csv", "base 4")
            taggings = [tagged(TEA, 0.95)] * 3 + [tagged(PHONE, 0.8)] + [tagged(TEA, 0.3, review=True)] * 2
            store.record(run, [Product(f"product {n}", key=str(n)) for n in range(6)], taggings)
            store.end_run(run, rows, 4, 2, 0, seconds)
        store.correct("3", TEA, "mei")
    return tmp_path / "shop.db"


def labels(app: TagrtApp) -> list[str]:
    tree = app.screen.query_one(Tree)
    return [str(tree.render_line(y).text).rstrip() for y in range(tree.last_line + 1)]


def test_totals_tags_certainty_and_runs_are_shown(tagger: Tagger, store_path: Path) -> None:
    async def steps(app: TagrtApp, keys: Keyboard) -> None:
        await keys.press("f5")
        assert isinstance(app.screen, DashboardScreen)
        said = str(app.screen.query_one("#split", Static).render())
        assert "auto 3 (50%)" in said
        assert "review 2 (33%)" in said
        assert "human 1 (17%)" in said
        tree = labels(app)
        assert any("Food" in line and " 4 " in line for line in tree)
        assert any("no tag yet 2" in line for line in tree)
        lines = str(app.screen.query_one(Histogram).render()).splitlines()
        assert lines[1].startswith(" 90% ")
        assert lines[1].endswith("3")
        speeds = str(app.screen.query_one(RunChart).render()).splitlines()
        assert [int(line.split()[-1]) for line in speeds[1:]] == [24, 12]

    with Store(store_path) as store:
        drive(Session(tagger, store=store), steps)


def test_the_tree_opens_down_to_the_tag_and_leads_to_its_review(tagger: Tagger, store_path: Path) -> None:
    async def steps(app: TagrtApp, keys: Keyboard) -> None:
        await keys.press("f5")
        await keys.press("enter", "down", "enter", "down", "enter", "down")
        tree = app.screen.query_one(Tree)
        assert tree.cursor_node is not None
        assert tree.cursor_node.data == TEA
        await keys.press("ctrl+l")
        assert tree.cursor_node is not None
        assert tree.cursor_node.data == TEA  # what was open stays open in the other language
        await keys.press("r")
        assert isinstance(app.screen, ReviewScreen)
        assert len(str(app.screen.query_one(WaitingList).render()).splitlines()) == 2

    with Store(store_path) as store:
        drive(Session(tagger, store=store), steps)


def test_what_others_decide_shows_after_coming_back(tagger: Tagger, store_path: Path) -> None:
    async def steps(app: TagrtApp, keys: Keyboard) -> None:
        await keys.press("f5", "f2")
        with Store(store_path) as other:
            other.correct("0", PHONE, "li")
        await keys.press("f5")
        assert "human 2" in str(app.screen.query_one("#split", Static).render())

    with Store(store_path) as store:
        drive(Session(tagger, store=store), steps)


def test_an_empty_store_has_a_dashboard(tagger: Tagger, tmp_path: Path) -> None:
    async def steps(app: TagrtApp, keys: Keyboard) -> None:
        await keys.press("f5")
        assert "0 products" in str(app.screen.query_one("#bar", Static).render())

    with Store(tmp_path / "shop.db", create=True) as store:
        drive(Session(tagger, store=store), steps)


@pytest.mark.parametrize("split", [Split(1, 1, 1), Split(0, 0, 0), Split(99, 1, 0), Split(5)])
def test_a_bar_is_never_longer_than_its_room(split: Split) -> None:
    assert sum(len(part[0]) for part in split_bar(split, split.total, 10)) == (10 if split.total else 0)


@pytest.mark.parametrize("size", [(80, 24), (140, 40), (60, 20)])
@pytest.mark.parametrize("language", [Language.EN, Language.ZH])
def test_the_dashboard_fits(
    tagger: Tagger, store_path: Path, size: tuple[int, int], language: Language
) -> None:
    async def steps(app: TagrtApp, keys: Keyboard) -> None:
        await keys.press("f5")
        keys_line = app.screen.query_one(".keys").region
        assert keys_line.bottom == size[1]
        assert app.screen.query_one(Histogram).region.bottom <= keys_line.y
        assert app.screen.query_one(RunChart).region.right <= size[0]

    with Store(store_path) as store:
        drive(Session(tagger, language, store), steps, size)
