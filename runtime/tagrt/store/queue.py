"""The review queue: products of a store that need a person, least certain first."""

from __future__ import annotations

import json
from typing import NamedTuple

from tagrt.store.store import Store
from tagrt.types import Decision, Product

_COLUMNS = "id, key, title, brand, gtin, tag, best, best_probability, decision, reason"
_CERTAINTY = "ifnull(best_probability, 0.0)"


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
        place: tuple[float, int] | None,
        limit: int,
        chosen: Filter = Filter(),  # noqa: B008
    ) -> list[Waiting]:
        """Return products behind a place in the queue, least certain first.

        Args:
            place: Probability and id of the product before them; None for the head of the queue.
            limit: How many, at most.
            chosen: Which.
        """
        where, values = _where(chosen)
        if place is not None:
            where += f" AND ({_CERTAINTY}, id) > (?, ?)"
            values += place
        rows = self._store.query(
            f"SELECT {_COLUMNS} FROM products WHERE {where} ORDER BY {_CERTAINTY}, id LIMIT ?",
            (*values, limit),
        )
        return [_waiting(row) for row in rows]

    def by_code(self, codes: tuple[str, ...]) -> Waiting | None:
        """Return the product with one of these barcodes, if there is one."""
        marks = ", ".join("?" * len(codes))
        rows = self._store.query(
            f"SELECT {_COLUMNS} FROM products WHERE gtin IN ({marks}) AND gtin <> '' LIMIT 1", codes
        )
        return _waiting(rows[0]) if rows else None

    def by_id(self, identity: int) -> Waiting | None:
        """Return a product by its number."""
        rows = self._store.query(f"SELECT {_COLUMNS} FROM products WHERE id = ?", (identity,))
        return _waiting(rows[0]) if rows else None

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


def place_of(product: Waiting) -> tuple[float, int]:
    """Return a product's place in the queue."""
    return product.best_probability, product.id


def _where(chosen: Filter) -> tuple[str, tuple[object, ...]]:
    parts, values = ["decision = ? AND gone IS NULL"], [Decision.REVIEW.value]
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


def _waiting(row: tuple[object, ...]) -> Waiting:
    found = Waiting(*row)  # type: ignore[arg-type]
    return found._replace(best_probability=found.best_probability or 0.0)
