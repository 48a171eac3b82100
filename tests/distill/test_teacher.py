"""The teacher: its loss, its constrained answers, its starting points."""

from pathlib import Path

import numpy as np
import pytest
import torch
from tokenizers import Tokenizer
from transformers import GPT2Config, GPT2LMHeadModel

from tagrt.errors import UsageError
from tagrt.taxonomy import Taxonomy
from tagrt.types import Product
from tagrt_distill.corpus.row import Row
from tagrt_distill.recipe import CorpusRecipe, Recipe, TeacherRecipe, TokenizerRecipe, TrainingRecipe
from tagrt_distill.teacher.answers import answer, masses_of
from tagrt_distill.teacher.model import Teacher, create
from tagrt_distill.teacher.train import train_teacher
from tagrt_distill.tokenizer import train_tokenizer

TREE = Taxonomy(
    ["f", "f/a", "f/b", "e", "f/b/c", "f/b/d"],
    ["", "f", "f", "", "f/b", "f/b"],
    list("FABECD"),
    list("食甲乙电丙丁"),
)
ROWS = [
    Row(Product(f"{word} {i}"), (tag,), "s")
    for i in range(12)
    for word, tag in (("apple", "f/a"), ("bulb", "e"), ("cake", "f/b/c"), ("date", "f/b"))
]


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return train_tokenizer((row.product.title for row in ROWS), 300)


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("gpt2")
    torch.manual_seed(1)
    GPT2LMHeadModel(
        GPT2Config(vocab_size=320, n_positions=64, n_embd=32, n_layer=2, n_head=2)
    ).save_pretrained(folder)
    return folder


def recipe(epochs: float = 6, **teacher: object) -> Recipe:
    training = TrainingRecipe(epochs=epochs, batch=8, learning_rate=5e-3, evaluations=2, bf16=False)
    settings = TeacherRecipe(
        layers=1, width=32, heads=2, dropout=0.0, max_tokens=16, training=training, **teacher
    )
    return Recipe("test", corpus=CorpusRecipe(), tokenizer=TokenizerRecipe(300), teacher=settings)


def best(teacher: Teacher, tokenizer: Tokenizer, text: str) -> str:
    masses = masses_of(answer(teacher, tokenizer, TREE, [text], recipe().teacher), TREE)[0]
    return TREE.ids[int(TREE.leaves[masses[TREE.leaves].argmax()])]


def test_answers_are_the_product_of_constrained_steps(tokenizer: Tokenizer) -> None:
    torch.manual_seed(3)
    teacher, _ = create(recipe().teacher, tokenizer, TREE)
    teacher.eval()
    answers = answer(teacher, tokenizer, TREE, ["apple", "bulb x"], recipe(beam_mass=0.0).teacher)
    ids = [*tokenizer.encode("apple", add_special_tokens=False).ids, teacher.separator]
    expected = 1.0
    for parent, child in ((len(TREE), 0), (0, 2), (2, 4)):
        with torch.inference_mode():
            states = teacher.model.transformer(input_ids=torch.tensor([ids])).last_hidden_state[:, -1]
            step = teacher.step_log_probabilities(states, torch.tensor([parent])).exp()[0]
        assert step.sum().item() == pytest.approx(1.0, abs=1e-5)
        expected *= step[child].item()
        ids.append(teacher.first_tag + child)
    found = dict(zip(answers.nodes[0].tolist(), answers.masses[0].tolist(), strict=True))
    assert found[4] == pytest.approx(expected, abs=0.01)
    assert np.allclose(answers.masses.sum(axis=1), 1.0, atol=1e-3)


def test_a_teacher_from_scratch_learns_the_rows(tokenizer: Tokenizer, tmp_path: Path) -> None:
    teacher, reads_by = train_teacher(recipe(), tokenizer, TREE, ROWS, ROWS[:8], tmp_path, report_to=[])
    assert [best(teacher, reads_by, t) for t in ("apple 3", "bulb 5", "cake 7")] == ["f/a", "e", "f/b/c"]


@pytest.mark.parametrize("tune", ["full", "freeze", "lora", "adalora"])
def test_a_local_checkpoint_can_be_tuned(
    tune: str, tokenizer: Tokenizer, checkpoint: Path, tmp_path: Path
) -> None:
    chosen = recipe(
        epochs=20 if tune == "adalora" else 6, init=str(checkpoint), tune=tune, freeze_layers=1, lora_rank=4
    )
    before = GPT2LMHeadModel.from_pretrained(checkpoint).transformer.h[0].attn.c_attn.weight
    teacher, reads_by = train_teacher(chosen, tokenizer, TREE, ROWS, ROWS[:8], tmp_path, report_to=[])
    after = teacher.model.transformer.h[0].attn.c_attn.weight
    assert torch.equal(before, after) == (tune == "freeze")
    assert isinstance(teacher.model, GPT2LMHeadModel)
    assert best(teacher, reads_by, "bulb 5") == "e"


def test_a_missing_checkpoint_says_what_to_give(tokenizer: Tokenizer, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no GPT-2 checkpoint there"):
        create(recipe(init=str(tmp_path)).teacher, tokenizer, TREE)
