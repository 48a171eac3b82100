"""Scans are heard on every screen, typing is never taken for one; products are found and added by code."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.tui.keyboard import Keyboard, drive
from textual.widgets import Input

from tagrt import Tagger
from tagrt.store import Store
from tagrt.types import Decision, Language, Product, Reason, Tag, Tagging
from tagrt_tui.app import TagrtApp
from tagrt_tui.screens.ask import AskScreen
from tagrt_tui.screens.review import ReviewScreen
from tagrt_tui.screens.scan import ScanScreen
from tagrt_tui.screens.search import SearchScreen
from tagrt_tui.screens.typing import TypingScreen
from tagrt_tui.session import Session
from tagrt_tui.widgets.guess_row import GuessRow
from tagrt_tui.widgets.key_bar import KeyBar
from tagrt_tui.widgets.scan_list import ScanList
from tagrt_tui.widgets.scanned_card import ScannedCard

COLA, JEANS, ODD = "6901234567892", "036000291452", "96385074"
UNKNOWN = "4006381333931"
PRODUCTS = (
    (Product("Coca-Cola 330ml can", key="1", gtin=COLA), Decision.AUTO),
    (Product("zzzz qqqq xxxx", key="2", gtin=JEANS), Decision.REVIEW),
    (Product("wwww vvvv zqzq", key="3", gtin=ODD), Decision.REVIEW),
    (Product("green tea 100 bags", key="4"), Decision.AUTO),
)


@pytest.fixture(scope="module")
def tagger() -> Tagger:
    return Tagger.load()


@pytest.fixture
def store_path(tmp_path: Path) -> Path:
    path = (Tag("food/drinks", "", "", 0.5),)
    with Store(tmp_path / "shop.db", create=True) as store:
        run = store.begin_run("stock.csv", "base 4")
        for product, decision in PRODUCTS:
            sure = decision is Decision.AUTO
            reason = Reason.NONE if sure else Reason.LOW_CONFIDENCE
            store.record(run, [product], [Tagging(path if sure else (), path, decision, reason)])
    return tmp_path / "shop.db"


def decided(path: Path) -> int:
    """How much people decided, taken back or not, as another process sees it."""
    with Store(path) as store:
        return int(store.query("SELECT count(*) FROM corrections")[0][0])


def card(app: TagrtApp) -> str:
    return str(app.screen.query_one(ScannedCard).render())


def value(app: TagrtApp, field: str) -> str:
    return app.screen.query_one(field, Input).value


@pytest.mark.parametrize(("gap", "end"), [(0.001, "enter"), (0.01, "tab"), (0.09, "enter")])
def test_a_scan_in_the_review_queue_decides_nothing(
    tagger: Tagger, store_path: Path, gap: float, end: str
) -> None:
    async def steps(app: TagrtApp, keys: Keyboard) -> None:
        assert isinstance(app.screen, ReviewScreen)
        await keys.scan("1231231231232", gap, end)  # keys 1 to 3 take candidates
        assert isinstance(app.screen, ScanScreen)
        await keys.press("f3")
        await keys.scan(COLA, gap, end)
        assert isinstance(app.screen, ScanScreen)
        assert "Coca-Cola 330ml can" in card(app)
        assert f"EAN-13 {COLA}" in card(app)
        assert decided(store_path) == 0
        assert all("%" in str(row.render()) for row in app.screen.query(GuessRow))

    with Store(store_path) as store:
        drive(Session(tagger, store=store), steps)


def test_keys_at_a_persons_speed_are_keys(tagger: Tagger, store_path: Path) -> None:
    async def steps(app: TagrtApp, keys: Keyboard) -> None:
        await keys.pilot.press("1")
        assert decided(store_path) == 0
        assert "reverse" in str(app.screen.query(GuessRow).first().render().markup)  # it has arrived
        keys.clock.pass_by(0.11, app)
        await keys.settled()
        assert decided(store_path) == 1
        await keys.press("u", "1", gap=0.12)
        assert decided(store_path) == 2
        assert isinstance(app.screen, ReviewScreen)

    with Store(store_path) as store:
        drive(Session(tagger, store=store), steps)


def test_two_fast_keys_and_enter_are_keys_in_their_order(tagger: Tagger, store_path: Path) -> None:
    async def steps(app: TagrtApp, keys: Keyboard) -> None:
        await keys.press("1", "enter", gap=0.05)  # takes a candidate, then accepts the next product
        assert decided(store_path) == 2
        assert isinstance(app.screen, ReviewScreen)

    with Store(store_path) as store:
        drive(Session(tagger, store=store), steps)


def test_a_scan_leaves_a_text_field_as_it_was(tagger: Tagger, store_path: Path) -> None:
    async def steps(app: TagrtApp, keys: Keyboard) -> None:
        await keys.press("f", "t", "e", "a")
        field = app.screen.query_one("#filter", Input)
        assert field.value == "tea"
        await keys.scan(COLA)
        assert field.value == "tea"
        assert isinstance(app.screen, ScanScreen)
        assert "Coca-Cola" in card(app)
        await keys.press("f2", "x")
        assert isinstance(app.screen, TypingScreen)
        await keys.scan(ODD)
        assert "wwww vvvv zqzq" in card(app)

    with Store(store_path) as store:
        drive(Session(tagger, store=store), steps)


@pytest.mark.parametrize("opens", ["slash", "a"])
def test_a_scan_leaves_an_open_question_without_answer(tagger: Tagger, store_path: Path, opens: str) -> None:
    async def steps(app: TagrtApp, keys: Keyboard) -> None:
        await keys.press(opens)
        assert isinstance(app.screen, (SearchScreen, AskScreen))
        await keys.scan(COLA)
        assert isinstance(app.screen, ScanScreen)
        assert decided(store_path) == 0

    with Store(store_path) as store:
        drive(Session(tagger, store=store), steps)


def test_typing_fast_is_typing(tagger: Tagger, store_path: Path) -> None:
    async def steps(app: TagrtApp, keys: Keyboard) -> None:
        await keys.press("f2")
        await keys.press(*"iphone15", "enter", gap=0.04)
        assert isinstance(app.screen, TypingScreen)
        assert value(app, "Input") == "iphone15"

    with Store(store_path) as store:
        drive(Session(tagger, store=store), steps)


def test_a_code_typed_by_hand_is_looked_up_with_its_check_digit(tagger: Tagger, store_path: Path) -> None:
    async def steps(app: TagrtApp, keys: Keyboard) -> None:
        await keys.press("f4", *"6901234567893", "enter")
        assert "check digit is 3, but 2 was expected" in card(app)
        await keys.press("backspace", "2", "enter")  # the code is still in the field
        assert "Coca-Cola" in card(app)
        assert "✗ 6901234567893" in str(app.screen.query_one(ScanList).render())

    with Store(store_path) as store:
        drive(Session(tagger, store=store), steps)


def test_a_wrong_check_digit_is_told_in_chinese(tagger: Tagger, store_path: Path) -> None:
    async def steps(app: TagrtApp, keys: Keyboard) -> None:
        await keys.scan("036000291453")
        assert "校验码是 3，应为 2" in card(app)

    with Store(store_path) as store:
        drive(Session(tagger, Language.ZH, store), steps)


@pytest.mark.parametrize(
    "sent", [JEANS, f"0{JEANS}", f"]C10100{JEANS}", f"(01)00{JEANS}(10)A1", f"\x1d0100{JEANS}"]
)
def test_one_product_comes_up_by_every_form_of_its_code(tagger: Tagger, store_path: Path, sent: str) -> None:
    async def steps(app: TagrtApp, keys: Keyboard) -> None:
        await keys.scan(sent)
        assert "zzzz qqqq xxxx" in card(app)

    with Store(store_path) as store:
        drive(Session(tagger, store=store), steps)


def test_a_product_without_a_name_gets_one_and_its_tags(tagger: Tagger, store_path: Path) -> None:
    async def steps(app: TagrtApp, keys: Keyboard) -> None:
        await keys.scan(UNKNOWN)
        assert "no product has this code" in card(app)
        await keys.press("enter")
        assert decided(store_path) == 0
        await keys.press(*"green te")
        assert "%" in str(app.screen.query(GuessRow).first().render())
        await keys.scan(COLA)  # in the midst of typing
        assert "Coca-Cola" in card(app)
        await keys.scan(UNKNOWN)
        assert value(app, "#name") == "green te"
        await keys.press("a", "enter")
        assert "green tea" in card(app)
        with Store(store_path) as other:
            event = other.history(UNKNOWN)[-1]
            assert event.title == "green tea"
            expected = tagger.tag("green tea")
            assert event.tag == (expected.tag.id if expected.tag else "")
        assert "✓ green tea" in str(app.screen.query_one(ScanList).render())

    with Store(store_path) as store:
        drive(Session(tagger, store=store), steps)


def test_a_scanned_product_is_decided_and_taken_back(tagger: Tagger, store_path: Path) -> None:
    async def steps(app: TagrtApp, keys: Keyboard) -> None:
        await keys.scan(JEANS)
        assert "waits for review" in card(app)
        await keys.press("2")
        second = tagger.candidates("zzzz qqqq xxxx")[1][-1].id
        with Store(store_path) as other:
            assert (other.history("2")[-1].tag, other.history("2")[-1].decision) == (second, "human")
        assert "decided by a person" in card(app)
        await keys.press("u")
        assert "waits for review" in card(app)

    with Store(store_path) as store:
        drive(Session(tagger, store=store), steps)


def test_a_scan_without_a_store_says_so_and_stays(tagger: Tagger) -> None:
    async def steps(app: TagrtApp, keys: Keyboard) -> None:
        await keys.press("t", "e", "a")
        await keys.scan(COLA)
        assert isinstance(app.screen, TypingScreen)
        assert value(app, "Input") == "tea"
        assert "F8" in next(iter(app._notifications)).message

    drive(Session(tagger), steps)


@pytest.mark.parametrize("size", [(80, 24), (140, 40), (60, 20)])
@pytest.mark.parametrize("language", [Language.EN, Language.ZH])
def test_the_scan_screen_fits(
    tagger: Tagger, store_path: Path, size: tuple[int, int], language: Language
) -> None:
    async def steps(app: TagrtApp, keys: Keyboard) -> None:
        for code in (COLA, UNKNOWN):
            await keys.scan(code)
            assert app.screen.query_one(".keys").region.bottom == size[1]
            first = app.screen.query(GuessRow).first()
            assert first.region.bottom <= size[1] - 1
            assert app.screen.query_one(ScanList).region.right == size[0]

    with Store(store_path) as store:
        drive(Session(tagger, language, store), steps, size)


@pytest.mark.parametrize("parts", [("400638", "1333931"), ("4006", "381333931"), ("4006381333931",)])
def test_a_scan_that_is_cut_or_has_no_end_decides_nothing(
    tagger: Tagger, store_path: Path, parts: tuple[str, ...]
) -> None:
    async def steps(app: TagrtApp, keys: Keyboard) -> None:
        for part in parts:
            await keys.press(*part, gap=0.01)
            keys.clock.pass_by(0.2, app)
            await keys.settled()
        assert decided(store_path) == 0

    with Store(store_path) as store:
        drive(Session(tagger, store=store), steps)


def test_what_another_person_decided_meanwhile_is_not_written_over(tagger: Tagger, store_path: Path) -> None:
    async def steps(app: TagrtApp, keys: Keyboard) -> None:
        with Store(store_path) as other:
            other.correct("2", "food/drinks/tea", "alice")
            other.correct("3", "food/drinks/tea", "alice")
        await keys.press("1")
        with Store(store_path) as other:
            assert other.query("SELECT DISTINCT who FROM corrections") == [("alice",)]

    with Store(store_path) as store:
        drive(Session(tagger, store=store), steps)


def test_keys_that_a_field_takes_for_itself_are_not_offered(tagger: Tagger, store_path: Path) -> None:
    async def steps(app: TagrtApp, keys: Keyboard) -> None:
        await keys.press("f4")
        bar = app.screen.query_one(KeyBar)
        assert app.focused is app.screen.query_one("#code")
        assert "search" not in str(bar.render())
        assert "F1" in str(bar.render())
        await keys.scan("6901234567892")
        assert app.focused is None
        assert "/ search" in str(bar.render())

    with Store(store_path) as store:
        drive(Session(tagger, store=store), steps)
