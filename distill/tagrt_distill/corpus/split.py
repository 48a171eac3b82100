"""Seeded train, validation and test splits that never part the rows of one product."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from typing import NamedTuple

from tagrt_distill.corpus.clean import match_key
from tagrt_distill.corpus.row import Row

_NOT_LETTER = re.compile(r"[\d\W_]+")


class Splits(NamedTuple):
    """Rows by use."""

    train: list[Row]
    validation: list[Row]
    test: list[Row]


def group_key(row: Row) -> str:
    """Return what rows of one product share: the source's product code, or the title less digits.

    Offers that differ only in size, pack count or model digits fall into one group.
    """
    if row.group:
        return f"{row.source}:{row.group}"
    bare = "".join(_NOT_LETTER.split(match_key(row.product.title)))
    return bare or match_key(row.product.title)


def split(rows: Sequence[Row], validation: float, test: float, seed: int) -> Splits:
    """Split rows by a seeded hash of their group.

    Args:
        rows: Cleaned rows.
        validation: Share of groups for validation, 0 to 1.
        test: Share of groups for the test split, 0 to 1.
        seed: Another seed gives another split.

    Returns:
        The three splits; the same rows and seed always give the same ones, in any order.
    """
    splits = Splits([], [], [])
    for row in rows:
        position = _position(group_key(row), seed)
        if position < validation:
            splits.validation.append(row)
        elif position < validation + test:
            splits.test.append(row)
        else:
            splits.train.append(row)
    return splits


def _position(key: str, seed: int) -> float:
    digest = hashlib.blake2b(f"{seed}:{key}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") / 2**64
