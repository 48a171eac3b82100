"""How fast does an update pass over products that are as before?

Run it with  python benchmarks/update_speed.py --rows 1000000
The store is filled by a tagger that says the same of every product, since only the look-up is of interest.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from tagrt.types import Decision, Product, Tag, Tagging
from tagrt.update import UpdateOptions, update_store

WORDS = ("green", "tea", "coffee", "cake", "case", "red", "cotton", "usb", "knife", "65w", "酱油")
ANSWER = Tagging((Tag("food", "Food", "食品", 0.9),), (Tag("food", "Food", "食品", 0.9),), Decision.AUTO)


class Constant:
    """Says the same of every product."""

    fingerprint = "constant"

    def tag_chunks(
        self, chunks: Iterable[Sequence[Product | str]], stages: object = None
    ) -> Iterator[list[Tagging]]:
        """Answer chunk after chunk."""
        for chunk in chunks:
            yield [ANSWER] * len(chunk)

    def corrected(self, tagging: Tagging, tag: str, changed: bool = False) -> Tagging:
        """Leave the tagging as it is."""
        return tagging


def main() -> None:
    """Print rows per second of a first update and of those that change nothing, or one row in a hundred."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--rows", type=int, default=200_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        source, store = Path(folder) / "stock.csv", Path(folder) / "shop.db"
        write(source, options.rows)
        for name, changed in (("first", 0), ("unchanged", 0), ("unchanged", 0), ("1 % changed", 100)):
            if changed:
                write(source, options.rows, changed)
            started, spent = time.perf_counter(), time.process_time()
            report = update_store(Constant(), store, source, UpdateOptions())
            seconds, spent = time.perf_counter() - started, time.process_time() - spent
            speeds = f"{options.rows / seconds:>10,.0f} rows/s {options.rows / spent:>10,.0f} rows/CPU s"
            print(f"{name:<12} {speeds}  unchanged {report.unchanged:,}", flush=True)


def write(path: Path, rows: int, every: int = 0) -> None:
    """Write a catalogue; every so manieth title differs from that of the plain one."""
    draw = random.Random(3)
    with path.open("w", encoding="utf-8") as file:
        file.write("sku,title,brand,price,barcode\n")
        for n in range(rows):
            title = " ".join(draw.choices(WORDS, k=6))
            new = " new" if every and n % every == 0 else ""
            file.write(f"S-{n},{title}{new} {n},Acme,{n % 90}.50,{6900000000000 + n}\n")


if __name__ == "__main__":
    main()
