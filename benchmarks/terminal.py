"""Latency of keys and peak memory of the terminal app on a store of many products.

Run it with  python benchmarks/terminal.py --rows 1000000
A key's latency is from its arrival to the frame that shows the next product. The store is made with random
titles, all of them waiting, in --folder, and kept there for the next time.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import resource
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from textual import events
from textual.pilot import Pilot

from tagrt import Tagger
from tagrt.barcodes import read_barcode
from tagrt.store import Store
from tagrt.store.codes import find_by_code
from tagrt.store.overview import overview
from tagrt.store.queue import Filter, ReviewQueue
from tagrt.types import Decision
from tagrt_tui.app import TagrtApp
from tagrt_tui.screens.review import ReviewScreen
from tagrt_tui.session import Session
from tagrt_tui.widgets.guess_row import GuessRow
from tagrt_tui.widgets.waiting_list import WaitingList

WORDS = (
    "茶叶",
    "啤酒",
    "牛奶",
    "饼干",
    "手机",
    "电池",
    "毛巾",
    "phone",
    "charger",
    "cable",
    "green tea",
    "coffee",
)
RARE = "rarissima"
COLUMNS = (
    "key, content, title, brand, description, category, gtin, cells, tag, probability, best, "
    "best_probability, decision, reason, run"
)


def rows(count: int, leaves: list[str], run: int) -> Iterator[tuple[object, ...]]:
    """Yield made-up products that wait for review."""
    rng = random.Random(7)
    for n in range(count):
        title = f"{' '.join(rng.choices(WORDS, k=5))} {n % 997}g"
        title += f" {RARE}" if n % max(1, count // 10) == 5 else ""
        tag, probability, gtin = rng.choice(leaves), round(rng.random() * 0.7, 4), f"69{n:011}"
        cells = f'{{"sku": "S{n}", "name": "{title}", "barcode": "{gtin}", "note": "{"x" * 160}"}}'
        reason = "too_broad" if n % 5 == 0 else "low_confidence"
        yield (
            *(f"key:S{n}", f"{n:016x}", title, "", "", "", gtin, cells, tag.split("/")[0], probability),
            *(tag, probability, Decision.REVIEW.value, reason, run),
        )


def make_store(path: Path, count: int, tagger: Tagger) -> None:
    """Fill a store; its indexes are made at the end, since that is many times as fast."""
    leaves = [tagger.taxonomy.ids[node] for node in tagger.taxonomy.leaves]
    with Store(path, create=True) as store:
        run = store.begin_run("stock.csv", "benchmark")
        indexes = store.query(
            "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = 'products' AND sql <> ''"
        )
        for name, _ in indexes:
            store.query(f"DROP INDEX {name}")
        store.query("BEGIN")
        marks = ", ".join("?" * 15)
        for row in rows(count, leaves, run):
            store.query(f"INSERT INTO products ({COLUMNS}) VALUES ({marks})", row)
        store.query(
            "INSERT INTO taggings (product, run, title, tag, probability, best, best_probability, decision, "
            "reason) SELECT id, run, title, tag, probability, best, best_probability, decision, reason "
            "FROM products"
        )
        for _, statement in indexes:
            store.query(statement)
        store.query("COMMIT")
        store.end_run(run, count, 0, count, 0, count / 7000)


class Watched(TagrtApp):
    """Notes when the first frame is shown after something has changed."""

    scan_gap = 0.0
    watched: Any = None
    shown_at: float | None = None

    def _display(self, *args: Any, **kwargs: Any) -> None:
        super()._display(*args, **kwargs)
        if self.shown_at is None and self.watched is not None and self.watched():
            self.shown_at = time.perf_counter()


async def latency(app: Watched, pilot: Pilot[None], key: str, state: Any) -> float:
    """Return the seconds from a key to the frame in which a state is another."""
    before = state()
    app.watched, app.shown_at = (lambda: state() != before), None
    assert app._driver
    started = time.perf_counter()
    app._driver.send_message(events.Key(key, key if len(key) == 1 else None))
    while app.shown_at is None and time.perf_counter() - started < 60:
        await asyncio.sleep(0.001)
    taken = (app.shown_at or time.perf_counter()) - started
    await pilot.pause()
    return taken


def say(what: str, seconds: list[float]) -> None:
    """Print median and worst."""
    print(f"{what:<44} {statistics.median(seconds) * 1e3:8.1f} ms  worst {max(seconds) * 1e3:8.1f} ms")


async def keys(app: Watched, times: int) -> None:
    """Press keys of the review queue and of the scan screen."""
    async with app.run_test(size=(80, 24)) as pilot:
        await app.workers.wait_for_complete()
        await pilot.pause()

        def at_hand() -> object:
            found = app.screen.query(WaitingList)
            return found.first()._products[:1] if found else None

        for key in ("enter", "1", "s", "p", "u"):
            say(f"review: {key}", [await latency(app, pilot, key, at_hand) for _ in range(times)])
        for chosen in (
            Filter(text="green tea"),
            Filter(text=RARE),
            Filter(tag="food"),
            Filter(reason="too_broad"),
        ):
            screen = app.screen
            assert isinstance(screen, ReviewScreen)
            started = time.perf_counter()
            screen._choose(chosen)
            await app.workers.wait_for_complete()
            await pilot.pause()
            say(f"filter: {', '.join(filter(None, chosen))}", [time.perf_counter() - started])
            say("  s in what it found", [await latency(app, pilot, "s", at_hand) for _ in range(times)])
        app.action_scan()
        await pilot.pause()
        screen_now: Any = app.screen
        screen_now.look_up("4006381333931")
        await app.workers.wait_for_complete()
        await pilot.pause()

        def typed_and_guessed() -> object:
            return app.screen.query(GuessRow).first()._guess

        say(
            "scan: a key of a new name, to its tags",
            [await latency(app, pilot, letter, typed_and_guessed) for letter in "green tea"[:times]],
        )


def queries(path: Path, count: int) -> None:
    """Time what the screens ask of the store."""
    with Store(path) as store:
        for what, ask in (
            ("store: overview of the dashboard", lambda: overview(store)),
            ("store: count what waits", lambda: ReviewQueue(store).count()),
            ("store: product by barcode", lambda: find_by_code(store, read_barcode(f"69{count // 2:011}"))),
        ):
            taken = []
            for _ in range(3):
                started = time.perf_counter()
                ask()
                taken.append(time.perf_counter() - started)
            say(what, taken)


def main() -> None:
    """Make the store if need be, and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--times", type=int, default=9)
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()))
    chosen = parser.parse_args()
    tagger, path = Tagger.load(), chosen.folder / f"tagrt-benchmark-{chosen.rows}.db"
    if not path.exists():
        make_store(path, chosen.rows, tagger)
    queries(path, chosen.rows)
    with Store(path) as store:
        asyncio.run(keys(Watched(Session(tagger, store=store)), chosen.times))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    print(f"{'peak memory of this process':<44} {peak:8} MB")


if __name__ == "__main__":
    main()
