"""Reading word by word gives the ids that the tokenizer gives to the whole text."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer, models, pre_tokenizers

from tagrt import Tagger
from tagrt.bundle import Bundle
from tagrt.bundle.bundle import TOKENIZER
from tagrt.inference import words
from tagrt.inference.words import word_ids
from tagrt.text import normalise

SHIPPED = Tokenizer.from_str(Bundle.load().contents[TOKENIZER].decode("utf-8"))
PLAIN = Tokenizer(
    models.BPE(vocab={c: n for n, c in enumerate(pre_tokenizers.ByteLevel.alphabet())}, merges=[])
)
PLAIN.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=True)
PIECES = [
    "tea",
    "500ml",
    "手机",
    "茶",
    " ",
    "'s",
    "<pad>",
    "|",
    "½",
    "💡",
    "e\u0301",
    "㐀",
    "、",
    "-",
    "don't",
]


@pytest.mark.parametrize("tokenizer", [SHIPPED, PLAIN], ids=["shipped", "plain"])
@settings(max_examples=300, deadline=None)
@given(texts=st.lists(st.text(max_size=30) | st.lists(st.sampled_from(PIECES), max_size=8).map("".join)))
@example(texts=["a <pad> b华<pad>x y", "华 为 p60 手机 壳", "don't 's 华's", "|"])
def test_ids_are_those_of_the_whole_text(tokenizer: Tokenizer, texts: list[str]) -> None:
    read = word_ids(tokenizer)
    assert read
    normal = [normalise(text) for text in texts]
    assert read(normal) == [tokenizer.encode(text, add_special_tokens=False).ids for text in normal]


def test_memory_of_words_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(words, "KEPT_WORDS", 10)
    read = word_ids(SHIPPED)
    assert read
    for n in range(50):
        text = f"item {n} of {n * 7}"
        assert read([text, text]) == [SHIPPED.encode(text, add_special_tokens=False).ids] * 2
        assert len(read._known) < 20


def test_other_tokenizers_read_whole_texts() -> None:
    other = Tokenizer(models.BPE())
    assert word_ids(other) is None
    other.pre_tokenizer = pre_tokenizers.Whitespace()
    assert word_ids(other) is None
    other.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.Digits(), PLAIN.pre_tokenizer])
    assert word_ids(other) is None


def test_longer_texts_are_cut() -> None:
    tagger = Tagger.load()
    long = tagger._encoder.ids(["tea " * 300])[0]
    assert len(long) == tagger.bundle.manifest.max_tokens
