"""Who answers which row, and how often the student sees it."""

from pathlib import Path

import numpy as np
import pytest

from tagrt.bundle import Bundle
from tagrt.errors import UsageError
from tagrt.text import product_text
from tagrt.types import Product
from tagrt_distill.assistants.ensemble import Ensemble
from tagrt_distill.clock import Clock
from tagrt_distill.corpus.prepare import Corpus
from tagrt_distill.corpus.row import Row
from tagrt_distill.pipeline import repeated
from tagrt_distill.recipe import AssistantsRecipe, ParentRecipe, Recipe, parse_recipe
from tagrt_distill.student.from_bundle import taxonomy_of

SOAP = [Row(Product(f"qqx {n}"), ("food",), "shop") for n in range(40)]
LAMP = [Row(Product(f"zzv {n}"), ("home",), "shop") for n in range(40)]
FREE = [Row(Product(t), (), s) for t, s in (("qqx", "words"), ("手机", "queries"), ("zzv", "words"))]
CORPUS = Corpus([*SOAP, *LAMP], [SOAP[0]], [], FREE, {})


def test_a_source_may_be_answered_by_one_member_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("fasttext")
    for name, least in (("SURE", 0.3), ("SURE_BELOW", 0.3), ("KNOWN", 1.1)):  # 80 rows make no one sure
        monkeypatch.setattr(f"tagrt_distill.assistants.ensemble.{name}", least)
    bundle = Bundle.load()
    taxonomy = taxonomy_of(bundle)
    assistants = AssistantsRecipe(parent=ParentRecipe(weight=1.0), alone={"words": "ngram"})
    ensemble = Ensemble(
        Recipe("x", assistants=assistants), taxonomy, CORPUS, None, bundle, tmp_path, Clock(tmp_path, print)
    )
    numbers, found = ensemble.row_answers(FREE)
    assert numbers == [0, 1, 2]
    assert [taxonomy.ids[found.nodes[i, 0]] for i in (0, 2)] == ["food", "home"]
    parent = ensemble.members()["parent"]([product_text(FREE[1].product)])
    assert np.allclose(found.masses[1], parent.masses[0], atol=0.02)
    assert found.nodes[1, 0] == parent.nodes[0, 0]


def test_a_source_may_be_repeated() -> None:
    assert repeated(["a", "b", "a"], {"a": 3}) == [0, 1, 2, 0, 2, 0, 2]
    assert repeated(["a", "b"], {}) == [0, 1]


def test_an_unknown_member_is_refused() -> None:
    with pytest.raises(UsageError, match="use parent, ngram or encoder"):
        parse_recipe('name = "x"\n[assistants.alone]\njieba = "gpt2"\n', "x.toml")
