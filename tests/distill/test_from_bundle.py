"""A student read back from the shipped int8 graph."""

from dataclasses import replace

import pytest

from tagrt import Tagger
from tagrt.bundle import Bundle
from tagrt.errors import BundleError
from tagrt.text import normalise
from tagrt_distill.assistants.parent import parent_answers
from tagrt_distill.evaluate import student_logits
from tagrt_distill.recipe import load_recipe
from tagrt_distill.student.from_bundle import student_from, taxonomy_of, tokenizer_of
from tagrt_distill.student.train import best_nodes
from tagrt_distill.teacher.answers import masses_of

TITLES = [
    "酱油 500ml",
    "USB-C charger 65W",
    "running shoes",
    "chocolate cookies 200g",
    "手机",
    "袜子",
    "猫砂",
]
RECIPE = load_recipe("refresh").student


def test_it_answers_as_the_graph_does() -> None:
    bundle = Bundle.load()
    taxonomy = taxonomy_of(bundle)
    student = student_from(bundle, RECIPE)
    logits = student_logits(student, tokenizer_of(bundle), [normalise(title) for title in TITLES])
    expected = [t.best.id if t.best else "" for t in Tagger(bundle).tag_many(TITLES)]
    assert [taxonomy.ids[node] for node in best_nodes(logits, taxonomy)] == expected


def test_its_answers_are_the_taggers_probabilities() -> None:
    bundle = Bundle.load()
    taxonomy = taxonomy_of(bundle)
    answers = parent_answers(bundle, [normalise(title) for title in TITLES], 0.02)
    masses = masses_of(answers, taxonomy)
    for row, tagging in enumerate(Tagger(bundle).tag_many(TITLES)):
        for tag in tagging.guess:
            assert masses[row, taxonomy.index[tag.id]] == pytest.approx(tag.probability, abs=0.05)


SHAPES = [
    {"heads": 6},
    {"width": 96},
    {"layers": 2},
    {"layers": 4},
    {"bigram_buckets": 0},
    {"pool_groups": 4},
]


@pytest.mark.parametrize("change", SHAPES)
def test_another_shape_is_refused(change: dict[str, int]) -> None:
    with pytest.raises(BundleError):
        student_from(Bundle.load(), replace(RECIPE, **change))
