"""Do answers to chosen questions teach more than answers to random ones? On shops the model never saw.

Run it with  python benchmarks/chosen_questions.py path/to/corpus/dev/*.jsonl.gz
The budget is spent on the products that `tagrt review` chooses, on random ones and on the least certain ones;
the rest of the shop is then tagged with the memory of these answers.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from tagrt import Tagger
from tagrt.memory import learn
from tagrt.memory.memory import Lesson
from tagrt.metrics import score_row
from tagrt.review.choose import cover
from tagrt.types import Decision
from tagrt_distill.corpus.row import Row, read_rows


def main() -> None:
    """Print hF1 and the share decided, of the whole shop and of the rest that was not asked about."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("sets", type=Path, nargs="+", help="JSONL files of a shop each: text, tag, also_ok")
    parser.add_argument("--model", type=Path, help="bundle folder; the shipped model if left out")
    parser.add_argument("--budget", type=int, default=100)
    parser.add_argument("--draws", type=int, default=5)
    options = parser.parse_args()
    tagger = Tagger.load(options.model)
    print(f"{'set':<12} {'asked':<14} {'answers':>8} {'hF1 rest':>9} {'hF1 shop':>9} {'decided':>8}")
    for path in options.sets:
        shop = Shop(tagger, list(read_rows(path)))
        budget = min(options.budget, len(shop.rows) // 3)
        draws = [random.Random(seed).sample(range(len(shop.rows)), budget) for seed in range(options.draws)]
        ways = {"no one": [[]], "random": draws, "least certain": [shop.least_certain(budget)],
                "chosen": [shop.chosen(budget)]}  # fmt: skip
        for way, answered in ways.items():
            found = np.mean([shop.after(numbers) for numbers in answered], axis=0)
            name = path.name.partition(".")[0]
            print(
                f"{name:<12} {way:<14} {len(answered[0]):>8} {found[0]:9.4f} {found[1]:9.4f} {found[2]:8.1%}"
            )


class Shop:
    """The rows of one shop with what the model says of them, asked once."""

    def __init__(self, tagger: Tagger, rows: Sequence[Row]) -> None:
        """Ask the model."""
        self.tagger = tagger
        self.rows = rows
        self.products = [row.product._replace(brand="", description="", category="") for row in rows]
        self.taggings = list(tagger.tag_many(self.products))
        self.vectors = tagger.embed(self.products)
        sure = [tagging.best.probability if tagging.best else 0.0 for tagging in self.taggings]
        self.doubt = 1.0 - np.array(sure, dtype=np.float32)

    def least_certain(self, budget: int) -> list[int]:
        """Return the rows that the model is least sure of."""
        return [int(n) for n in np.argsort(-self.doubt, kind="stable")[:budget]]

    def chosen(self, budget: int) -> list[int]:
        """Return the rows that `tagrt review` asks about."""
        return cover(self.vectors, self.doubt, self.vectors[:0], budget)[0]

    def after(self, answered: Sequence[int]) -> tuple[float, float, float]:
        """Return hF1 of the rest, hF1 of the whole shop, and the share that needs no further person."""
        index, taxonomy = self.tagger.taxonomy.index, self.tagger.taxonomy
        memory = learn(self.tagger, [Lesson(self.products[n], self.rows[n].tags[0]) for n in answered])
        told = set(answered)
        rest, decided = [], 0
        for n, recalled in enumerate(memory.recall(self.vectors)):
            if n in told:
                continue
            tagging = self.taggings[n]
            best = recalled.tag if recalled else tagging.best.id if tagging.best else ""
            gold = [index[tag] for tag in self.rows[n].tags]
            rest.append(score_row(taxonomy, index.get(best, -1), gold).f1)
            decided += bool(recalled) or tagging.decision is Decision.AUTO
        shop = (sum(rest) + len(told)) / len(self.rows)
        return float(np.mean(rest)), shop, (decided + len(told)) / len(self.rows)


if __name__ == "__main__":
    main()
