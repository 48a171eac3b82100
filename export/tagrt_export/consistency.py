"""Whether a tag survives what does not make another product: colour, quantity, pack, brand, word order."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

from tagrt import Tagger
from tagrt_distill.corpus.edits import edits
from tagrt_distill.corpus.row import Row

LEVELS = 2
"""Levels of the best guess that an edit must leave as they are."""

ALL = "all"


def consistency(tagger: Tagger, sets: Mapping[str, Sequence[Row]], seed: int = 13) -> dict[str, float]:
    """Return the share of edited titles whose guess keeps its upper two levels, by kind of edit and for all.

    Args:
        tagger: The model.
        sets: Rows by set; their titles are edited.
        seed: Draws the edits.
    """
    return kept_shares(
        lambda titles: [[tag.id for tag in tagging.guess] for tagging in tagger.tag_many(titles)], sets, seed
    )


def kept_shares(
    paths: Callable[[list[str]], Sequence[Sequence[str]]], sets: Mapping[str, Sequence[Row]], seed: int = 13
) -> dict[str, float]:
    """Return the same for anything that guesses.

    Args:
        paths: Gives each title's best guess as ids from the root down.
        sets: See `consistency`.
        seed: See `consistency`.
    """
    draw = random.Random(seed)
    titles: list[str] = []
    edited: list[tuple[int, int, str]] = []
    for row in (row for rows in sets.values() for row in rows):
        original = len(titles)
        titles.append(row.product.title)
        for kind, title in edits(row.product, draw).items():
            edited.append((original, len(titles), kind))
            titles.append(title)
    upper = [tuple(path[:LEVELS]) for path in paths(titles)]
    kept: dict[str, list[bool]] = defaultdict(list)
    for original, variant, kind in edited:
        same = upper[original] == upper[variant]
        kept[kind].append(same)
        kept[ALL].append(same)
    return {kind: round(sum(same) / len(same), 4) for kind, same in kept.items()}
