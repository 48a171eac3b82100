"""How well does the student do on shops it never saw? Every training source is left out once.

Run it with  python benchmarks/leave_sources_out.py --corpus path/to/corpus
Sources are left out in groups of their kind, which is harder than one at a time: a list of category names
has a sister list, a shop has a neighbour. Each time a student of recipe base's shape is trained from scratch
on the labels of all other sources, without teachers: those have read the sources in question.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer

from tagrt.inference.decode import leaf_probabilities
from tagrt.text import product_text
from tagrt_distill.corpus.everyday import everyday_rows
from tagrt_distill.corpus.prepare import Corpus, prepare
from tagrt_distill.corpus.row import Row
from tagrt_distill.evaluate import evaluate, student_logits, titles
from tagrt_distill.recipe import Recipe, load_recipe
from tagrt_distill.student.train import train_student
from tagrt_distill.taxonomy.from_paths import project_taxonomy
from tagrt_distill.tokenizer import train_tokenizer

GROUPS = (
    ("shopify-names", "shopify-names-xx", "google-names"),
    ("bestbuy-names", "jd-names", "a01-names", "walmart-amazon", "pricerunner", "shopee"),
    ("usda", "luscio"),
    ("flipkart", "amazon-in", "fashion-styles"),
    ("enc-scan", "szzfcgw", "nice", "procurement"),
    ("everyday",),
)
ROWS = 1500
"""Rows of a source that it is judged by, at most."""


def main() -> None:
    """Print hF1 per source left out, and write all figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, required=True, help="folder with train/ and dev/")
    parser.add_argument("--epochs", type=float, default=0.75)
    parser.add_argument("--output", type=Path, help="JSON file for the figures; gone on with if it is there")
    options = parser.parse_args()
    recipe = load_recipe("base")
    ready = prepare(options.corpus, project_taxonomy(), recipe, everyday_rows())
    found: dict[str, Any] = {}
    if options.output and options.output.is_file():
        found = json.loads(options.output.read_text())
    for group in GROUPS:
        if not set(group) <= set(found):
            found.update(left_out(ready, recipe, group, options.epochs))
            if options.output:
                options.output.write_text(json.dumps(found, indent=1))
    for source, figures in found.items():
        print(f"{source:18} rows {figures['rows']:5}  hF1 {figures['hf1']:.3f}  top {figures['top']:.3f}")
    print(f"{'mean over sources':18} hF1 {sum(f['hf1'] for f in found.values()) / len(found):.3f}")


def left_out(ready: Corpus, recipe: Recipe, group: tuple[str, ...], epochs: float) -> dict[str, Any]:
    """Train without the sources of a group and return the figures of each."""
    started = time.monotonic()
    taxonomy = project_taxonomy()
    rows = [row for row in ready.train if row.source not in group]
    validation = [row for row in ready.validation if row.source not in group]
    texts = [product_text(row.product) for row in rows]
    tokenizer = train_tokenizer(texts, recipe.tokenizer.size, recipe.tokenizer.split_cjk)
    student = train(recipe, tokenizer, rows, validation, epochs)

    def masses(texts: list[str]) -> Any:
        return taxonomy.masses(leaf_probabilities(student_logits(student, tokenizer, texts), taxonomy, 1.0))

    sets = judged_rows(ready.train, recipe.seed, group, set(titles(rows)))
    figures = evaluate(masses, sets, taxonomy)
    print(f"without {', '.join(group)}: {len(rows)} rows, {time.monotonic() - started:.0f} s", flush=True)
    return {source: {**figures[source], "rows": len(rows)} for source, rows in sets.items()}


def train(recipe: Recipe, tokenizer: Tokenizer, rows: list[Row], validation: list[Row], epochs: float) -> Any:
    """Return a student that learnt from labels alone."""
    shape = replace(
        recipe.student,
        feature_weight=0.0,
        training=replace(recipe.student.training, epochs=epochs, evaluations=1),
    )
    with tempfile.TemporaryDirectory() as folder:
        return train_student(
            replace(recipe, student=shape),
            tokenizer,
            project_taxonomy(),
            rows,
            validation,
            Path(folder),
            report_to=[],
        )


def judged_rows(rows: list[Row], seed: int, group: tuple[str, ...], known: set[str]) -> dict[str, list[Row]]:
    """Return a draw of each source of a group, without titles that the others hold too."""
    found = {}
    for source in group:
        own = [row for row in rows if row.source == source]
        new = [row for row, title in zip(own, titles(own), strict=True) if title not in known]
        if new:
            found[source] = random.Random(seed).sample(new, min(ROWS, len(new)))
    return found


if __name__ == "__main__":
    main()
