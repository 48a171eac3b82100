"""Real updates of the shipped model, killed at random moments, end in the store of an undisturbed one."""

import csv
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

from tests.e2e.words import WORDS

from tagrt.store import Store

KILLS = 6
ROWS = 2000


def catalogue(path: Path, seed: int) -> None:
    """Two catalogues of different seeds share half of their products."""
    draw = random.Random(seed)
    lines = ["sku,title"]
    for n in range(ROWS):
        words = random.Random(n).choices(WORDS, k=5) if n % 2 else draw.choices(WORDS, k=5)
        lines.append(f"{n},{' '.join(words)} {n}")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def start(source: Path, store: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "tagrt", "update", str(source), "--store", str(store), "--quiet"]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def told(source: Path) -> set[tuple[str, ...]]:
    with source.with_name("stock.changes.csv").open(encoding="utf-8-sig", newline="") as file:
        return {tuple(row.values()) for row in csv.DictReader(file)}


def kept(store: Path) -> tuple[list[tuple[str, ...]], list[tuple[str, ...]]]:
    with Store(store) as opened:
        assert opened.check() == []
        products = opened.query(
            "SELECT key, title, tag, decision, reason, note, gone IS NULL FROM products ORDER BY key"
        )
        return products, opened.query("SELECT product, tag, who FROM corrections ORDER BY id")


def prepared(folder: Path) -> tuple[Path, Path]:
    """A store with the first catalogue and some decisions, and the second catalogue."""
    folder.mkdir()
    source, store = folder / "stock.csv", folder / "shop.db"
    catalogue(source, 1)
    assert start(source, store).wait() == 0
    with Store(store) as opened:
        for n in range(0, 200, 2):
            opened.correct(str(n), "food/bakery/cookies", "mei")
    catalogue(source, 2)
    return source, store


def updates_ended(store: Path) -> int:
    """How many updates came to their end, the one that made the store included."""
    with Store(store) as opened:
        return int(opened.query("SELECT count(finished) FROM runs")[0][0])


def test_updates_killed_at_random_moments_lose_nothing(tmp_path: Path) -> None:
    source, store = prepared(tmp_path / "whole")
    began = time.monotonic()
    assert start(source, store).wait() == 0
    seconds = time.monotonic() - began
    expected, report = kept(store), told(source)
    assert sum(row[3] == "review" and row[4] == "changed" for row in expected[0]) == 100

    source, store = prepared(tmp_path / "cut")
    draw = random.Random(7)
    kills, ended = 0, False
    while not ended and kills < KILLS:
        process = start(source, store)
        try:
            process.wait(timeout=draw.uniform(0.2, 1.0) * seconds)
            ended = True
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.communicate()
            assert kept(store)[1] == expected[1], "a decision is gone"
            ended = updates_ended(store) == 2  # it was only on its way out
            kills += not ended
    if not ended:
        assert start(source, store).wait() == 0
    assert kills
    assert kept(store) == expected
    assert told(source) == report
    before = kept(store)
    assert start(source, store).wait() == 0
    assert (kept(store), told(source)) == (before, set())
