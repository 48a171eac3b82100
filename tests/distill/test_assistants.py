"""The n-gram assistant and the averaging of answers."""

import numpy as np
import pytest

from tagrt.taxonomy import Taxonomy
from tagrt.types import Product
from tagrt_distill.assistants.blend import blend
from tagrt_distill.assistants.ngram import ngram_answers, train_ngram, words
from tagrt_distill.corpus.row import Row
from tagrt_distill.teacher.answers import WIDTH, Answers

TREE = Taxonomy(["f", "f/a", "f/b", "e"], ["", "f", "f", ""], list("FABE"), list("食甲乙电"))


def answers(*rows: dict[int, float]) -> Answers:
    made = Answers(np.zeros((len(rows), WIDTH), np.int32), np.zeros((len(rows), WIDTH), np.float32))
    for i, row in enumerate(rows):
        made.nodes[i, : len(row)] = list(row)
        made.masses[i, : len(row)] = list(row.values())
    return made


def test_blending_is_a_mean_in_probability_space() -> None:
    blended = blend(answers({1: 0.8, 3: 0.2}), answers({1: 0.2, 2: 0.8}), 0.25)
    found = dict(zip(blended.nodes[0].tolist(), blended.masses[0].tolist(), strict=True))
    assert (found[1], found[2], found[3]) == pytest.approx((0.65, 0.2, 0.15))


def test_chinese_is_split_into_characters() -> None:
    assert words("vivo手机5g") == "vivo 手 机 5g"


def test_the_assistant_learns_rows() -> None:
    pytest.importorskip("fasttext")
    rows = [
        Row(Product(f"{w} {i}"), (t,), "s") for i in range(60) for w, t in (("酱油", "f/a"), ("lamp", "e"))
    ]
    found = ngram_answers(train_ngram(rows, epochs=20), ["好酱油", "lamp"], TREE)
    assert [TREE.ids[n] for n in found.nodes[:, 0]] == ["f/a", "e"]
    assert np.allclose(found.masses.sum(axis=1), 1.0, atol=1e-4)
