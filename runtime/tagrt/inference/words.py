"""Token ids word by word, remembered: titles repeat words, and a tokenizer reads each only once."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Any

from tokenizers import Tokenizer

KEPT_WORDS = 15_000
"""Words remembered at once; some 4 MB."""

MANY_WORDS = 32
"""So many are read as a batch, which leaves the interpreter to others; fewer would only wake its threads."""

_BYTE_LEVEL = {"type": "ByteLevel", "add_prefix_space": True, "use_regex": True}
CJK = r"\u3400-\u4dbf\u4e00-\u9fff"
"""Chinese characters, for use between the brackets of a pattern."""

_BY_CHARACTER = {"type": "Split", "pattern": {"Regex": f"[{CJK}]"}, "behavior": "Isolated", "invert": False}
_WORDS = re.compile(" ?[^ ]+| ")
_WORDS_AND_CJK = re.compile(f"[{CJK}]| ?[^ {CJK}]+| ")


class WordIds:
    """Reads normalised texts by a byte-level tokenizer, whose tokens never reach across these words.

    GPT-2's pre-tokenizer starts a new piece at every space, and where it stands behind a split of Chinese
    characters, at each of them. The ids of a text are then those of its words, one after the other.
    """

    def __init__(self, tokenizer: Tokenizer, pattern: re.Pattern[str]) -> None:
        """Start with no word known."""
        self._tokenizer = tokenizer
        self._words = pattern
        self._known: dict[str, Sequence[int]] = {}

    def __call__(self, texts: Iterable[str]) -> list[list[int]]:
        """Return the ids of each text; safe to call from several threads at once."""
        words = [self._words.findall(text) for text in texts]
        known = self._known
        if len(known) > KEPT_WORDS:
            known = self._known = {}
        new = list({word for found in words for word in found if word not in known})
        known.update(zip(new, self._read(new), strict=True))
        return [list(chain.from_iterable(map(known.__getitem__, found))) for found in words]

    def _read(self, words: list[str]) -> list[list[int]]:
        if len(words) < MANY_WORDS:
            return [self._tokenizer.encode(word, add_special_tokens=False).ids for word in words]
        return [e.ids for e in self._tokenizer.encode_batch_fast(words, add_special_tokens=False)]


def word_ids(tokenizer: Tokenizer) -> WordIds | None:
    """Return what reads by the words of a tokenizer, or None if its words are others than those known here.

    Args:
        tokenizer: Without truncation and padding.
    """
    if tokenizer.pre_tokenizer is None or tokenizer.normalizer or tokenizer.post_processor:
        return None
    pattern = _pattern(json.loads(tokenizer.pre_tokenizer.__getstate__()))
    return WordIds(tokenizer, pattern) if pattern else None


def _pattern(pre_tokenizer: dict[str, Any]) -> re.Pattern[str] | None:
    if _is_byte_level(pre_tokenizer):
        return _WORDS
    parts = pre_tokenizer.get("pretokenizers", [])
    if len(parts) != 2 or not _is_byte_level(parts[1]):
        return None
    return _WORDS_AND_CJK if all(parts[0].get(key) == value for key, value in _BY_CHARACTER.items()) else None


def _is_byte_level(part: dict[str, Any]) -> bool:
    return all(part.get(key) == value for key, value in _BYTE_LEVEL.items())
