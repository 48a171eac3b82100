"""The shipped student against fastText trained on the same rows, on shops neither has seen.

Run it with  python benchmarks/fasttext_baseline.py --corpus path/to/corpus
It needs the extra `bench`.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from tagrt import Tagger
from tagrt.metrics import score_row
from tagrt.taxonomy import Taxonomy
from tagrt_distill.assistants.ngram import ngram_answers, train_ngram
from tagrt_distill.corpus.prepare import prepare
from tagrt_distill.corpus.row import Row
from tagrt_distill.evaluate import titles
from tagrt_distill.recipe import load_recipe
from tagrt_distill.taxonomy.from_paths import project_taxonomy
from tagrt_export.judge import judge


def main() -> None:
    """Train fastText, judge both, print one table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, required=True, help="folder with train/ and dev/")
    parser.add_argument("--recipe", default="base", help="recipe that chooses the training rows")
    parser.add_argument(
        "--model", type=Path, default=None, help="bundle to judge; the shipped one by default"
    )
    parser.add_argument("--epochs", type=int, default=15)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    taxonomy = project_taxonomy()
    corpus = prepare(options.corpus, taxonomy, load_recipe(options.recipe))
    started = time.perf_counter()
    model = train_ngram(corpus.train, options.epochs, options.threads)
    print(
        f"fastText: {len(corpus.train)} rows, {options.epochs} epochs, {time.perf_counter() - started:.0f} s"
    )
    ours = judge(Tagger.load(options.model, threads=options.threads), corpus.dev)
    theirs = {name: hf1(model, rows, taxonomy) for name, rows in corpus.dev.items()}
    theirs["macro"] = float(np.mean(list(theirs.values())))
    print(f"{'hF1':<14}{'fastText':>10}{'student':>10}")
    for name, figure in theirs.items():
        print(f"{name:<14}{figure:>10.4f}{ours[name]['hf1']:>10.4f}")


def hf1(model: Any, rows: Sequence[Row], taxonomy: Taxonomy) -> float:
    """Return the mean hF1 of the best label."""
    answers = ngram_answers(model, titles(rows), taxonomy)
    scores = [
        score_row(taxonomy, int(node), [taxonomy.index[tag] for tag in row.tags])
        for node, row in zip(answers.nodes[:, 0], rows, strict=True)
    ]
    return float(np.mean([s.f1 for s in scores]))


if __name__ == "__main__":
    main()
