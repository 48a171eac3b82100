"""Pictures of scanning, dashboard and review in both languages; renew them with --snapshot-update."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from tests.tui.driving import until
from tests.tui.keyboard import noon
from textual.pilot import Pilot
from textual.widgets import Input, OptionList

from tagrt import Tagger
from tagrt.store import Store
from tagrt.types import Decision, Language, Product, Reason, Tag, Tagging
from tagrt_tui.app import TagrtApp
from tagrt_tui.scans import Scans
from tagrt_tui.screens.scan import ScanScreen
from tagrt_tui.session import Session

CATALOGUE = (
    ("Coca-Cola 330ml can", "6901234567892", "food/drinks", 0.98, Decision.AUTO),
    ("龙井茶叶 250g 礼盒装", "6901234567908", "food/drinks/tea/herbal", 0.91, Decision.AUTO),
    ("USB-C 充电线 1m", "036000291452", "electronics", 0.34, Decision.REVIEW),
    ("Steel mug 350 ml", "96385074", "home/kitchen/tableware", 0.42, Decision.REVIEW),
)
Before = Callable[[Pilot[None]], Awaitable[None]]


class FixedTagger:
    """The real tree with guesses that no model changes."""

    def __init__(self) -> None:
        self._real = Tagger.load()
        self.taxonomy, self.fingerprint = self._real.taxonomy, "fixed"

    def candidates(
        self, product: Product | str, count: int = 5, first: str | None = None
    ) -> list[tuple[Tag, ...]]:
        ids = ("food/drinks/tea/herbal", "food/drinks/tea/herbal", "food/bakery", "electronics/audio")
        return [self._path(tag, 0.6 / (n + 1)) for n, tag in enumerate(ids[:count])]

    def probabilities(self, products: list[Product | str], tag: str) -> list[float]:
        return [0.6 - 0.01 * n for n in range(len(products))]

    def _path(self, tag: str, probability: float) -> tuple[Tag, ...]:
        tree = self.taxonomy
        nodes = tree.path(tree.index[tag])
        return tuple(Tag(tree.ids[n], tree.en[n], tree.zh[n], probability) for n in nodes)


@pytest.fixture(scope="module")
def tagger() -> FixedTagger:
    return FixedTagger()


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    opened = Store(tmp_path / "shop.db", create=True)
    (tmp_path / "shops").mkdir()
    for name in ("一店.db", "harbour.db", "notes.txt"):
        (tmp_path / "shops" / name).touch()
    monkeypatch.chdir(tmp_path)
    products = [Product(title, key=str(n), gtin=row[0]) for n, (title, *row) in enumerate(CATALOGUE)]
    taggings = []
    for *_, tag, probability, decision in CATALOGUE:
        path = (Tag(tag, "", "", probability),)
        unsure = decision is Decision.REVIEW
        reason = Reason.LOW_CONFIDENCE if unsure else Reason.NONE
        taggings.append(Tagging(() if unsure else path, path, decision, reason))
    for seconds in (4.0, 2.0):
        run = opened.begin_run("stock.csv", "base")
        opened.record(run, products, taggings, [{"name": p.title, "price": "12.50"} for p in products])
        opened.end_run(run, 10_000, 7000, 3000, 0, seconds)
    opened._connection.execute("UPDATE runs SET started = '2026-01-31T12:00:00'")
    return opened


@pytest.fixture(autouse=True)
def still(monkeypatch: pytest.MonkeyPatch) -> None:
    """No cursor that blinks."""
    monkeypatch.setattr(Input, "_toggle_cursor", lambda self: None)


def scanned(*codes: str, typed: str = "") -> Before:
    async def before(pilot: Pilot[None]) -> None:
        await pilot.press("f4")
        for code in codes:
            assert isinstance(pilot.app.screen, ScanScreen)
            pilot.app.screen.look_up(code)
        await pilot.press(*typed)
        await quiet(pilot)

    return before


def pressed(*keys: str) -> Before:
    async def before(pilot: Pilot[None]) -> None:
        for key in keys:
            await pilot.press(key)
            await quiet(pilot)

    return before


def listed(*keys: str) -> Before:
    """Press keys, and wait for the files that a thread looks for."""

    async def before(pilot: Pilot[None]) -> None:
        await pressed(*keys)(pilot)
        await until(pilot, lambda: pilot.app.screen.query_one(OptionList).option_count == 2)

    return before


async def quiet(pilot: Pilot[None]) -> None:
    await pilot.pause()
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()


SCREENS = {
    "scan-nothing": scanned(),
    "scan-known": scanned("6901234567908", "036000291452"),
    "scan-unknown": scanned("6901234567892", "4006381333931", typed="tea"),
    "scan-wrong": scanned("6901234567892", "6901234567893"),
    "dashboard": pressed("f5", "enter"),
    "review": pressed("f3"),
    "review-reasons": pressed("f3", "r"),
    "review-nothing-fits": pressed("f3", "f", "q", "q", "enter"),
    "ask": pressed("f3", "a"),
    "search": pressed("f3", "slash", "l", "c"),
    "typing": pressed("f2", "t", "e", "a"),
    "path": listed("f8", *"shops/"),
}


@pytest.mark.parametrize("language", [Language.EN, Language.ZH], ids=lambda language: language.value)
@pytest.mark.parametrize("size", [(80, 24), (140, 40)], ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("name", SCREENS)
def test_the_screen_looks_as_before(
    snap_compare: Callable[..., bool],
    tagger: FixedTagger,
    store: Store,
    name: str,
    size: tuple[int, int],
    language: Language,
) -> None:
    session = Session(tagger, language, store, Scans(now=noon))  # type: ignore[arg-type]
    app = TagrtApp(session)
    app.animation_level = "none"
    assert snap_compare(app, terminal_size=size, run_before=SCREENS[name])
