"""A run folder goes on only with the recipe and the rows it was begun with."""

from dataclasses import replace
from pathlib import Path

import pytest

from tagrt.errors import UsageError
from tagrt.taxonomy import Taxonomy
from tagrt.types import Product
from tagrt_distill.corpus.prepare import Corpus
from tagrt_distill.corpus.row import Row
from tagrt_distill.recipe import Recipe, TrainingRecipe
from tagrt_distill.run_folder import claim, fingerprint

TREE = Taxonomy(["a", "b"], ["", ""], ["A", "B"], ["A", "B"])
ROWS = [Row(Product("tea"), ("a",), "s"), Row(Product("lamp"), ("b",), "s")]


def test_other_rows_or_another_recipe_are_refused(tmp_path: Path) -> None:
    recipe, corpus = Recipe("mine"), Corpus(ROWS, ROWS, [], [], {})
    claim(tmp_path, fingerprint(recipe, TREE, corpus))
    claim(tmp_path, fingerprint(recipe, TREE, corpus))
    relabelled = [ROWS[0], replace(ROWS[1], tags=("a",))]
    for other in (
        fingerprint(replace(recipe, seed=2), TREE, corpus),
        fingerprint(recipe, TREE, replace(corpus, train=relabelled)),
    ):
        with pytest.raises(UsageError, match="other rows"):
            claim(tmp_path, other)


def test_few_rows_are_passed_over_more_often() -> None:
    training = TrainingRecipe(epochs=4, batch=64, least_steps=600)
    assert training.steps(1000) == 600
    assert (training.passes(64_000), training.steps(64_000)) == (4, 4000)
