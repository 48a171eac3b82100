"""Cleaning: normalised texts, no duplicates, no contradictions, nothing that the dev sets hold."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable

from tagrt.text import normalise
from tagrt_distill.corpus.row import Row

_WORD = re.compile(r"[^\W_]")


def match_key(text: str) -> str:
    """Return the text with everything but letters and digits removed, for duplicate detection."""
    return "".join(_WORD.findall(normalise(text)))


def clean(rows: Iterable[Row], held_out: Iterable[Row] = ()) -> list[Row]:
    """Drop rows without letters, duplicates, and texts that occur in held-out rows.

    Where one text has several labels, the most frequent stays; in a tie the first.

    Args:
        rows: Labelled or unlabelled rows.
        held_out: Rows (dev sets) whose texts must not be trained on.

    Returns:
        The kept rows, in order of first appearance.
    """
    banned = {match_key(row.product.title) for row in held_out}
    by_key: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        key = match_key(row.product.title)
        if key and key not in banned:
            by_key[key].append(row)
    return [_most_agreed(same) for same in by_key.values()]


def _most_agreed(rows: list[Row]) -> Row:
    if len(rows) == 1:
        return rows[0]
    votes: dict[tuple[str, ...], int] = defaultdict(int)
    for row in rows:
        if row.tags:
            votes[row.tags[:1]] += 1
    if not votes:
        return rows[0]
    winner = max(votes, key=lambda tags: votes[tags])
    return next(row for row in rows if row.tags[:1] == winner)
