"""How alike must a product be to a corrected one to take its tag? Measured on shops the model never saw.

Run it with  python benchmarks/memory_threshold.py path/to/corpus/dev/*.jsonl.gz
Of every shop some rows are drawn as if a person had corrected them; the rest is tagged with and without the
memory of these, at several thresholds. A threshold will do where what is decided without a person is as
precise with the memory as without it, on every shop; `tagrt export` does the same for the manifest.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from tagrt import Tagger
from tagrt_distill.corpus.row import read_rows
from tagrt_export.recall import CORRECTED, DRAWS, NEVER, THRESHOLDS, Figures, Shop


def main() -> None:
    """Print the figures of every shop and threshold."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("sets", type=Path, nargs="+", help="JSONL files of a shop each: text, tag, also_ok")
    parser.add_argument("--model", type=Path, help="bundle folder; the shipped model if left out")
    parser.add_argument("--corrected", type=int, default=CORRECTED, help="rows drawn as corrected")
    parser.add_argument("--draws", type=int, default=DRAWS)
    options = parser.parse_args()
    tagger = Tagger.load(options.model)
    print(f"{'set':<12} {'at':>5} {'recalled':>9} {'their hP':>9} {'auto':>7} {'auto hP':>8} {'hF1':>7}")
    for path in options.sets:
        shop = Shop(tagger, list(read_rows(path)))
        for threshold in (NEVER, *THRESHOLDS):
            total = shop.drawn(threshold, options.corrected, options.draws)
            name = path.name.partition(".")[0]
            print(f"{name:<12} {_at(threshold):>5} {_line(total)}", flush=True)


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
