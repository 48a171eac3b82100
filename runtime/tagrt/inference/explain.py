"""Which words drove a tag: each is left out once, and the tag's probability asked again."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from tagrt.inference.words import CJK
from tagrt.types import Product

if TYPE_CHECKING:
    from tagrt.inference.tagger import Tagger

MOST_WORDS = 48
"""Words of a title that are looked at; all fit one small batch."""

_WORDS = re.compile(rf"[{CJK}]|[^\s{CJK}]+")


class Influence(NamedTuple):
    """A word of a title.

    Attributes:
        word: The word, one character in Chinese.
        start: Where it stands in the title.
        effect: How much probability the tag loses without it; negative where it gains.
    """

    word: str
    start: int
    effect: float


def influences(tagger: Tagger, product: Product | str, tag: str) -> list[Influence]:
    """Return what each word of a title does for a tag (leave-one-out; Li et al., 2016).

    Args:
        tagger: The model.
        product: The product.
        tag: Id of a node of the model's tree.

    Raises:
        KeyError: If the tree has no such node.
    """
    whole = Product(product) if isinstance(product, str) else product
    words = list(_WORDS.finditer(whole.title))[:MOST_WORDS]
    variants = [whole._replace(title=_without(whole.title, word)) for word in words]
    asked = [whole, *(variant for variant in variants if variant.title.strip())]
    with_all, *found = tagger.probabilities(asked, tag)
    left = iter(found)
    rest = [next(left) if variant.title.strip() else 0.0 for variant in variants]
    return [Influence(w[0], w.start(), with_all - p) for w, p in zip(words, rest, strict=True)]


def _without(title: str, word: re.Match[str]) -> str:
    return f"{title[: word.start()]}{title[word.end() :]}"
