"""The review queue: products of a store that need a person, least certain first."""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from tagrt.store.indexes import CERTAINTY, WAITING, WAITING_INDEX
from tagrt.store.store import Store
from tagrt.types import Product

COLUMNS = "id, key, title, brand, gtin, tag, best, best_probability, decision, reason"
Place = tuple[float, int]
"""Probability and number of a product: where it stands in the queue."""

MOST_HITS = 2_000
"""Products that a filter finds at a time."""


class Waiting(NamedTuple):
    """What the queue shows of a product.

    Attributes:
        id: Its number in the store.
        key: Its key, as `product_key` gives it.
        title: Its title.
        brand: Its brand, empty if unknown.
        gtin: Its barcode, empty if unknown.
        tag: The decided tag's id; empty if none.
        best: The best guess's id.
        best_probability: Its probability.
        decision: `auto`, `review` or `human`.
        reason: Why a person is needed.
    """

    id: int
    key: str
    title: str
    brand: str
    gtin: str
    tag: str
    best: str
    best_probability: float
    decision: str
    reason: str


class Filter(NamedTuple):
    """Which products of the queue are shown; empty texts let all pass.

    Attributes:
        text: Part of the title, key or barcode.
        tag: Id of a tag that the best guess is, or is below.
        reason: One of `Reason`.
    """

    text: str = ""
    tag: str = ""
    reason: str = ""


class Hits(NamedTuple):
    """Where the products stand that pass a filter, found at one moment.

    Attributes:
        places: Their places, in the order of the queue.
        complete: Whether there are no more behind them.
    """

    places: Sequence[Place]
    complete: bool


class ReviewQueue:
    """A view of a store; what it gives is read afresh each time, so that other processes' work shows."""

    def __init__(self, store: Store) -> None:
        """Take an open store."""
        self._store = store

    def count(self, chosen: Filter = Filter()) -> int:  # noqa: B008
        """Return how many products wait."""
        where, values = _where(chosen)
        return int(self._store.query(f"SELECT count(*) FROM products WHERE {where}", values)[0][0])

    def after(
        self,
        place: Place | None,
        limit: int,
        chosen: Filter = Filter(),  # noqa: B008
    ) -> list[Waiting]:
        """Return products behind a place in the queue, least certain first.

        Args:
            place: Probability and id of the product before them; None for the head of the queue.
            limit: How many, at most.
            chosen: Which.
        """
        where, values = _where(chosen, place)
        rows = self._store.query(
            f"SELECT {COLUMNS} FROM products WHERE {where} ORDER BY {CERTAINTY}, id LIMIT ?",
            (*values, limit),
        )
        return [waiting_of(row) for row in rows]

    def find(
        self,
        chosen: Filter,
        place: Place | None = None,
        limit: int = MOST_HITS,
    ) -> Hits:
        """Look through the queue for what passes a filter.

        In a long queue a rare text takes a moment: call it off the thread that answers keys.

        Args:
            chosen: The filter.
            place: Look behind this place; None for the whole queue.
            limit: How many to find, at most.
        """
        where, values = _where(chosen, place)
        rows = self._store.query(
            f"SELECT {CERTAINTY}, id FROM products INDEXED BY {WAITING_INDEX} WHERE {where} "
            f"ORDER BY {CERTAINTY}, id LIMIT ?",
            (*values, limit),
        )
        return Hits(rows, len(rows) < limit)

    def among(self, hits: Hits, place: Place | None, limit: int) -> list[Waiting]:
        """Return those of a filter's products behind a place that still wait, in order."""
        at = 0 if place is None else bisect_right(hits.places, place)
        found: list[Waiting] = []
        while at < len(hits.places) and len(found) < limit:
            identities = [identity for _, identity in hits.places[at : at + limit]]
            marks = ", ".join("?" * len(identities))
            rows = self._store.query(
                # By number alone: an index of all that waits would be gone through whole.
                f"SELECT {COLUMNS} FROM products NOT INDEXED WHERE id IN ({marks}) AND {WAITING}",
                identities,
            )
            found += sorted((waiting_of(row) for row in rows), key=place_of)
            at += limit
        return found[:limit]

    def by_id(self, identity: int) -> Waiting | None:
        """Return a product by its number."""
        rows = self._store.query(f"SELECT {COLUMNS} FROM products WHERE id = ?", (identity,))
        return waiting_of(rows[0]) if rows else None

    def product(self, identity: int) -> Product:
        """Return a product as the model reads it.

        Raises:
            KeyError: If there is none of this number.
        """
        rows = self._store.query(
            "SELECT title, brand, description, category, gtin FROM products WHERE id = ?", (identity,)
        )
        if not rows:
            raise KeyError(identity)
        title, brand, description, category, gtin = rows[0]
        return Product(title, brand, description, category, gtin=gtin)

    def decided_on(self, identity: int) -> tuple[str, str] | None:
        """Return the title that a person decided on and the tag's id, where that decision stands."""
        rows = self._store.query(
            "SELECT title, tag FROM corrections WHERE product = ? AND ended IS NULL", (identity,)
        )
        return (str(rows[0][0]), str(rows[0][1])) if rows else None

    def cells(self, identity: int) -> dict[str, str]:
        """Return a product's columns as its file had them."""
        rows = self._store.query("SELECT cells FROM products WHERE id = ?", (identity,))
        found: dict[str, str] = json.loads(rows[0][0]) if rows else {}
        return found


def place_of(product: Waiting) -> Place:
    """Return a product's place in the queue."""
    return product.best_probability, product.id


def _where(chosen: Filter, place: Place | None = None) -> tuple[str, tuple[object, ...]]:
    parts: list[str] = [WAITING]
    values: list[object] = []
    if place is not None:
        parts.append(f"({CERTAINTY}, id) > (?, ?)")
        values += place
    if chosen.text:
        parts.append("(title LIKE ? ESCAPE '\\' OR key LIKE ? ESCAPE '\\' OR gtin LIKE ? ESCAPE '\\')")
        values += [f"%{_escaped(chosen.text)}%"] * 3
    if chosen.tag:
        parts.append("(best = ? OR best LIKE ? ESCAPE '\\')")
        values += [chosen.tag, f"{_escaped(chosen.tag)}/%"]
    if chosen.reason:
        parts.append("reason = ?")
        values.append(chosen.reason)
    return " AND ".join(parts), tuple(values)


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def waiting_of(row: tuple[object, ...]) -> Waiting:
    """Return a row of `COLUMNS` by its names."""
    found = Waiting(*row)  # type: ignore[arg-type]
    return found._replace(best_probability=found.best_probability or 0.0)
