"""The student's tokenizer: byte-level BPE trained on the corpus."""

from __future__ import annotations

from collections.abc import Iterable

from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, trainers

PAD = "<pad>"
SEP = "<tags>"
CJK = r"[\u3400-\u4dbf\u4e00-\u9fff]"


def train_tokenizer(texts: Iterable[str], size: int, split_cjk: bool = False) -> Tokenizer:
    """Train a byte-level BPE tokenizer.

    Args:
        texts: Normalised texts.
        size: Vocabulary size, at least 300 (256 bytes and the special tokens).
        split_cjk: Make every Chinese character a word of its own.

    Returns:
        A tokenizer whose id 0 is the padding token.
    """
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = _words(split_cjk)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=size,
        special_tokens=[PAD, SEP],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        min_frequency=2,
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    return tokenizer


def _words(split_cjk: bool) -> pre_tokenizers.PreTokenizer:
    words = pre_tokenizers.ByteLevel(add_prefix_space=True)
    if not split_cjk:
        return words
    return pre_tokenizers.Sequence([pre_tokenizers.Split(Regex(CJK), behavior="isolated"), words])
