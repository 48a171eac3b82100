"""What people corrected outweighs other rows, is all trained on, and needs no corpus beside it."""

from pathlib import Path

import pytest

from tagrt.errors import InputFileError
from tagrt.types import Product
from tagrt_distill.corpus.corrections import SOURCE, read_corrections, repeating, with_corrections
from tagrt_distill.corpus.prepare import Corpus
from tagrt_distill.corpus.row import Row
from tagrt_distill.job import Job, _rows
from tagrt_distill.recipe import load_recipe


def row(title: str, tag: str = "a", source: str = "shop") -> Row:
    return Row(Product(title), (tag,) if tag else (), source)


def test_a_correction_takes_the_place_of_rows_of_the_same_text() -> None:
    corpus = Corpus(
        [row("Green Tea"), row("cake")], [row("green tea!")], [row("GREEN-TEA"), row("pie")],
        [row("green tea", "")], {"dev": [row("secret")]},
    )  # fmt: skip
    told = [row("green tea", "a/b", SOURCE), row("Secret", "a/b", SOURCE)]
    found = with_corrections(corpus, told)
    assert [(r.product.title, r.tags) for r in found.train] == [("cake", ("a",)), ("green tea", ("a/b",))]
    assert (found.validation, [r.product.title for r in found.test], found.unlabelled) == ([], ["pie"], [])


def test_of_equal_texts_the_last_correction_counts(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text('{"text": "tea", "tag": "a"}\n{"text": "Tea", "tag": "a/b", "who": "mei"}\n')
    assert [(one.row.tags, one.row.source) for one in read_corrections([path])] == [(("a/b",), SOURCE)]
    path.write_text('{"text": "tea"}\n')
    with pytest.raises(InputFileError, match="'tea' has no tag"):
        read_corrections([path])


def test_corrections_are_passed_over_several_times() -> None:
    recipe = repeating(load_recipe("refresh"))
    assert recipe.corpus.repeat == {SOURCE: 4, "everyday": 2}
    assert recipe.licences[SOURCE]


def test_without_a_corpus_the_everyday_names_are_replayed(tmp_path: Path) -> None:
    recipe = load_recipe("correct")
    job = Job(
        "correct", None, None, "title", "category", ">", None, None, None, corrections=(tmp_path / "x",)
    )
    taxonomy, corpus = _rows(job, recipe)
    assert len(corpus.train) > 5000 and {r.source for r in corpus.train} == {"everyday"}
    assert len({tag for r in corpus.train for tag in r.tags}) > 0.9 * len(taxonomy)
