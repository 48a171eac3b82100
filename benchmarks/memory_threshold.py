"""How alike must a product be to a corrected one to take its tag? Measured on shops the model never saw.

Run it with  python benchmarks/memory_threshold.py path/to/corpus/dev/*.jsonl.gz
Of every shop some rows are drawn as if a person had corrected them; the rest is tagged with and without the
memory of these, at several thresholds. A threshold will do where what is decided without a person is as
precise with the memory as without it, on every shop.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from tagrt import Tagger
from tagrt.memory import Memory, learn
from tagrt.memory.memory import Lesson
from tagrt.metrics import score_row
from tagrt.types import Decision
from tagrt_distill.corpus.row import Row, read_rows

THRESHOLDS = (0.70, 0.75, 0.80, 0.84, 0.86, 0.88, 0.90, 0.92, 0.94, 0.96, 0.98)


class Figures(NamedTuple):
    """Sums over draws: rows judged, and what became of them."""

    rows: int = 0
    recalled: int = 0
    recalled_hp: float = 0.0
    auto: int = 0
    auto_hp: float = 0.0
    hf1: float = 0.0

    def __add__(self, other: tuple[Any, ...]) -> Figures:  # type: ignore[override]
        """Return the sums."""
        return Figures(*(one + two for one, two in zip(self, other, strict=True)))


def main() -> None:
    """Print the figures of every shop and threshold."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("sets", type=Path, nargs="+", help="JSONL files of a shop each: text, tag, also_ok")
    parser.add_argument("--model", type=Path, help="bundle folder; the shipped model if left out")
    parser.add_argument("--corrected", type=int, default=100, help="rows drawn as corrected")
    parser.add_argument("--draws", type=int, default=5)
    options = parser.parse_args()
    tagger = Tagger.load(options.model)
    print(f"{'set':<12} {'at':>5} {'recalled':>9} {'their hP':>9} {'auto':>7} {'auto hP':>8} {'hF1':>7}")
    for path in options.sets:
        shop = Shop(tagger, list(read_rows(path)))
        for threshold in (2.0, *THRESHOLDS):
            total = Figures()
            for seed in range(options.draws):
                total += shop.judged(threshold, options.corrected, seed)
            name = path.name.partition(".")[0]
            print(f"{name:<12} {_at(threshold):>5} {_line(total)}", flush=True)


class Shop:
    """The rows of one shop with what the model says of them, asked once."""

    def __init__(self, tagger: Tagger, rows: Sequence[Row]) -> None:
        """Ask the model."""
        self.tagger = tagger
        self.taxonomy = tagger.taxonomy
        self.rows = rows
        products = [row.product._replace(brand="", description="", category="") for row in rows]
        self.products = products
        self.taggings = list(tagger.tag_many(products))
        self.embeddings = tagger.embed(products)
        self.golds = [[self.taxonomy.index[tag] for tag in row.tags] for row in rows]

    def judged(self, threshold: float, corrected: int, seed: int) -> Figures:
        """Return the figures of one draw of corrected rows."""
        order = random.Random(seed).sample(range(len(self.rows)), len(self.rows))
        corrected = min(corrected, len(order) // 3)
        taught, rest = order[:corrected], order[corrected:]
        lessons = [Lesson(self.products[n], self.rows[n].tags[0]) for n in taught]
        memory: Memory = learn(self.tagger, lessons, threshold)
        recalled = memory.recall(np.ascontiguousarray(self.embeddings[rest]))
        total = Figures()
        for n, found in zip(rest, recalled, strict=True):
            total += self._row(n, found.tag if found else None)
        return total

    def _row(self, n: int, recalled: str | None) -> Figures:
        tagging, gold, index = self.taggings[n], self.golds[n], self.taxonomy.index
        if recalled is not None:
            score = score_row(self.taxonomy, index[recalled], gold)
            return Figures(1, 1, score.precision, 1, score.precision, score.f1)
        guess = score_row(self.taxonomy, index[tagging.best.id] if tagging.best else -1, gold)
        if tagging.decision is Decision.AUTO and tagging.tag:
            hp = score_row(self.taxonomy, index[tagging.tag.id], gold).precision
            return Figures(1, 0, 0.0, 1, hp, guess.f1)
        return Figures(1, 0, 0.0, 0, 0.0, guess.f1)


def _line(total: Figures) -> str:
    return (
        f"{total.recalled / total.rows:9.1%} {total.recalled_hp / max(total.recalled, 1):9.4f} "
        f"{total.auto / total.rows:7.1%} {total.auto_hp / max(total.auto, 1):8.4f} "
        f"{total.hf1 / total.rows:7.4f}"
    )


def _at(threshold: float) -> str:
    return "none" if threshold > 1 else f"{threshold:.2f}"


if __name__ == "__main__":
    main()
