"""Corrections bring new tags: the tree grows, and the student begins where it stood."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from tagrt.bundle import Bundle
from tagrt.errors import InputFileError
from tagrt.taxonomy import Taxonomy
from tagrt.taxonomy.grow import Names, grown
from tagrt.text import normalise
from tagrt.types import Product
from tagrt_distill.corpus.corrections import new_tags, read_corrections, rested
from tagrt_distill.corpus.prepare import Corpus
from tagrt_distill.corpus.row import Row
from tagrt_distill.evaluate import student_logits
from tagrt_distill.recipe import load_recipe
from tagrt_distill.student.from_bundle import student_from, taxonomy_of, tokenizer_of
from tagrt_distill.student.new_nodes import fit_new_nodes
from tagrt_distill.student.train import best_nodes

TREE = Taxonomy(("a", "a/b"), ("", "a"), ("A", "B"), ("甲", "乙"))
TEA, HERBAL = "food/drinks/tea", "food/drinks/tea/herbal/rooibos"
TITLES = ["Twinings green tea 100 bags", "USB-C charger 65W", "手机", "chocolate cookies 200g", "菊花茶"]


def test_names_come_from_the_row_or_from_the_id(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text(
        '{"text": "x 1", "tag": "a/new-one/deep"}\n\n'
        '{"text": "x 2", "tag": "a/b"}\n'
        '{"text": "x 3", "tag": "a/two", "tag_en": "Two", "tag_zh": "二"}\n'
        '{"text": "x 4", "tag": "a/two"}\n',
        encoding="utf-8",
    )
    found = new_tags(read_corrections([path]), TREE)
    assert found == {
        "a/new-one": Names("New One", "New One"),
        "a/new-one/deep": Names("Deep", "Deep"),
        "a/two": Names("Two", "二"),
    }


@pytest.mark.parametrize(
    ("tag", "message"),
    [
        ("c/b", r"rows\.jsonl:2: tag 'c/b' is new and no tag above it is known: .*nearest: 'a/b'"),
        ("d", r"rows\.jsonl:2: tag 'd' is new and no tag above it is known"),
        ("a/Two Words", r"rows\.jsonl:2: tag 'a/Two Words' is new, and 'Two Words' is no part of an id"),
    ],
)
def test_a_tag_with_nothing_known_above_it_is_refused(tmp_path: Path, tag: str, message: str) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text("\n".join(json.dumps({"text": f"x {one}", "tag": one}) for one in ("a/b", tag)))
    with pytest.raises(InputFileError, match=message):
        new_tags(read_corrections([path]), TREE)


def test_earlier_rows_of_a_split_tag_go_under_its_rest() -> None:
    tree = grown(TREE, {"a/b/c": Names("C", "C")})
    rows = [Row(Product("x"), (tag,), "s") for tag in ("a", "a/b", "a/b/c")]
    found = rested(Corpus(rows, rows, rows, rows, {"d": rows}), tree)
    assert [row.tags for row in found.train] == [("a",), ("a/b/*",), ("a/b/c",)]
    assert [row.tags for row in found.validation][1] == ("a/b/*",)
    assert found.test == rows and found.dev == {"d": rows}, "these are judged down to their own label"


def test_a_larger_student_begins_with_the_old_ones_answers() -> None:
    bundle, recipe = Bundle.load(), load_recipe("refresh").student
    tree, tokenizer = taxonomy_of(bundle), tokenizer_of(bundle)
    larger = grown(tree, {HERBAL: Names("Rooibos", "如意茶"), "food/drinks/boba": Names("Boba", "波霸")})
    texts = [normalise(title) for title in TITLES]
    before = student_logits(student_from(bundle, recipe), tokenizer, texts)
    after = student_logits(student_from(bundle, recipe, taxonomy=larger), tokenizer, texts)
    assert larger.ids[: len(tree)] == tree.ids
    np.testing.assert_allclose(after[:, : len(tree)], before, atol=1e-5)
    parent = before[:, tree.index["food/drinks"]]
    np.testing.assert_allclose(after[:, larger.index["food/drinks/boba"]], parent, atol=1e-5)
    split = tree.index["food/drinks/tea/herbal"]
    assert tree.is_leaf(split) and not larger.is_leaf(split)
    children = after[:, [larger.index[HERBAL], larger.index["food/drinks/tea/herbal/*"]]]
    np.testing.assert_allclose(np.exp(children).sum(axis=1), np.exp(before[:, split]), rtol=1e-4)


def test_new_nodes_are_fitted_to_few_rows_and_leave_the_others_where_they_were() -> None:
    bundle, recipe = Bundle.load(), load_recipe("refresh").student
    tree, tokenizer = taxonomy_of(bundle), tokenizer_of(bundle)
    goat = "food/drinks/milk/goat-milk"
    larger = grown(tree, {goat: Names("Goat Milk", "羊奶")})
    student = student_from(bundle, recipe, taxonomy=larger)
    weights = {name: value.clone() for name, value in student.state_dict().items()}
    told = [f"{brand} goat milk {size}" for brand in ("Delamere", "Meyenberg") for size in ("1L", "500ml")]
    usual = ["whole milk 1L", "蒙牛纯牛奶", "Amul toned milk 500ml", "skimmed milk", "光明鲜牛奶", "milk 2L"]
    rows = [Row(Product(title), (goat,), "corrections") for title in told] * 4
    rows += [Row(Product(title), ("food/drinks/milk/*",), "everyday") for title in usual] * 3
    fit_new_nodes(student, tokenizer, rows, larger, len(tree))
    for name, value in student.state_dict().items():
        kept = slice(len(tree)) if name.startswith("head.score") else slice(None)
        assert torch.equal(value[kept], weights[name][kept]), name

    def guess(titles: list[str]) -> list[str]:
        logits = student_logits(student, tokenizer, [normalise(title) for title in titles])
        return [larger.ids[node] for node in best_nodes(logits, larger)]

    assert guess(["Kirkland goat milk 946ml", "Farm goat milk 2L"]) == [goat] * 2
    assert guess(["蒙牛纯牛奶 250ml", "toned milk"]) == ["food/drinks/milk/*"] * 2
    assert guess(["HDMI cable 2m", "酱油 500ml"]) == [
        "electronics/accessories/cables/audio-video/hdmi",
        "food/condiments/soy-sauce",
    ]
