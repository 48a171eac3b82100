"""What a model's figures are on titles like those it was judged on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from tagrt.text import normalise
from tagrt.types import Decision

if TYPE_CHECKING:
    from tagrt.bundle import Manifest
    from tagrt.inference.tagger import Tagger

_WORD = re.compile(r"[^\W\d_]+")


class Baseline(NamedTuple):
    """Figures of titles; None where they are not known.

    Attributes:
        review: Share that a person has to look at.
        confidence: Mean probability of the best guess.
        unknown: Share of tokens that are single bytes, of words of letters alone: the tokenizer knows no
            larger part there.
    """

    review: float | None = None
    confidence: float | None = None
    unknown: float | None = None


def measure(tagger: Tagger, titles: Sequence[str]) -> Baseline:
    """Return the figures of a model on titles."""
    if not titles:
        return Baseline()
    taggings = list(tagger.tag_many(titles))
    review = sum(tagging.decision is Decision.REVIEW for tagging in taggings) / len(taggings)
    sure = sum(tagging.best.probability for tagging in taggings if tagging.best) / len(taggings)
    return Baseline(round(review, 4), round(sure, 4), unknown_share(tagger, titles))


def unknown_share(tagger: Tagger, titles: Iterable[str]) -> float | None:
    """Return the share of single bytes among the tokens of words; None without words."""
    words = [word for title in titles for word in _WORD.findall(normalise(title)) if len(word) > 1]
    ids = tagger.token_ids(list(dict.fromkeys(words)))
    by_word = dict(zip(dict.fromkeys(words), ids, strict=True))
    bytes_of = tagger.single_bytes
    tokens = sum(len(by_word[word]) for word in words)
    single = sum(sum(one in bytes_of for one in by_word[word]) for word in words)
    return round(single / tokens, 4) if tokens else None


def baseline_of(manifest: Manifest) -> Baseline:
    """Return the baseline that a bundle states; of an older bundle the review rate of its dev sets alone."""
    stated = manifest.baseline
    if stated:
        return Baseline(stated.get("review"), stated.get("confidence"), stated.get("unknown"))
    coverage = manifest.metrics.get("macro", {}).get("coverage")
    return Baseline(None if coverage is None else round(1 - coverage, 4))
