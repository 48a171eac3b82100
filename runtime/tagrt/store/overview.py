"""A store in figures: how much is decided by whom, under which tags, how surely, and how fast it went."""

from __future__ import annotations

from collections import defaultdict
from typing import NamedTuple

from tagrt.store.indexes import CERTAINTY, PRESENT
from tagrt.store.store import Store
from tagrt.types import Decision

BINS = 10
"""Of the histogram of probabilities."""

RUNS = 30
"""The last runs, of which the speed is given."""

DECISIONS = tuple(Decision)


class Split(NamedTuple):
    """Products by who decides on them."""

    auto: int = 0
    review: int = 0
    human: int = 0

    @property
    def total(self) -> int:
        """All of them."""
        return self.auto + self.review + self.human

    def plus(self, other: Split) -> Split:
        """Return the products of both."""
        return Split(self.auto + other.auto, self.review + other.review, self.human + other.human)


class PastRun(NamedTuple):
    """A run that came to its end.

    Attributes:
        started: UTC time, ISO 8601.
        source: Its file.
        model: Its model.
        rows: Its rows.
        seconds: The time it took; 0 for what was added by hand.
    """

    started: str
    source: str
    model: str
    rows: int
    seconds: float

    @property
    def rows_per_second(self) -> float:
        """Its speed; 0 where there is none to speak of."""
        return self.rows / self.seconds if self.seconds else 0.0


class Overview(NamedTuple):
    """Figures of a store.

    Attributes:
        split: All products.
        tags: Products by the id of their decided tag, without those of tags below it; empty id: no tag yet.
        histogram: Products by probability of the best guess, from 0 to 1 in bins of equal width.
        runs: The last runs, oldest first.
    """

    split: Split
    tags: dict[str, Split]
    histogram: tuple[Split, ...]
    runs: tuple[PastRun, ...]


def overview(store: Store) -> Overview:
    """Count a store's products; every figure is read off an index, in one state of the file.

    Raises:
        StoreError: If the file cannot be read.
    """
    with store.reading():
        tags = _tags(store)
        histogram = tuple(_bin(store, number) for number in range(BINS))
        runs = _runs(store)
    split = Split(*(sum(column) for column in zip(*tags.values(), strict=True))) if tags else Split()
    return Overview(split, tags, histogram, runs)


def with_those_below(tags: dict[str, Split]) -> dict[str, Split]:
    """Return products by tag id, those of the tags below it included; ids are paths of slugs."""
    found: dict[str, Split] = {}
    for tag, split in tags.items():
        slugs = tag.split("/")
        for depth in range(1, len(slugs) + 1):
            above = "/".join(slugs[:depth])
            found[above] = found.get(above, Split()).plus(split)
    return found


def _tags(store: Store) -> dict[str, Split]:
    found: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for tag, decision, count in store.query(
        f"SELECT tag, decision, count(*) FROM products WHERE {PRESENT} GROUP BY tag, decision"
    ):
        found[tag][decision] = count
    return {tag: Split(**counts) for tag, counts in found.items()}


def _bin(store: Store, number: int) -> Split:
    low, high = number / BINS, (number + 1) / BINS if number < BINS - 1 else 2.0
    query = (
        f"SELECT count(*) FROM products "
        f"WHERE decision = ? AND {CERTAINTY} >= ? AND {CERTAINTY} < ? AND {PRESENT}"
    )
    return Split(*(int(store.query(query, (d.value, low, high))[0][0]) for d in DECISIONS))


def _runs(store: Store) -> tuple[PastRun, ...]:
    rows = store.query(
        "SELECT started, source, model, rows, seconds FROM runs WHERE finished IS NOT NULL AND seconds > 0 "
        "ORDER BY id DESC LIMIT ?",
        (RUNS,),
    )
    return tuple(PastRun(*row) for row in reversed(rows))
