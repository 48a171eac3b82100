"""What people decided, with the text they decided on: for the memory, and as training rows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from tagrt.store.store import Store
from tagrt.types import Product

_PAGE = 1000


class Decided(NamedTuple):
    """A standing decision of a person.

    Attributes:
        key: The product's key in the store.
        product: The product as it was when the person decided.
        tag: The tag's id.
        who: Who decided.
        at: When, UTC, ISO 8601.
        note: Why, if the person said so.
        model_tag: What the model's best guess was; empty if unknown.
    """

    key: str
    product: Product
    tag: str
    who: str
    at: str
    note: str
    model_tag: str


def decisions(store: Store) -> Iterator[Decided]:
    """Give all standing decisions, oldest first."""
    last = 0
    while rows := store.query(
        "SELECT c.id, p.key, c.title, c.brand, c.description, c.category, p.gtin, c.tag, c.who, c.at, "
        "c.note, p.best FROM corrections c JOIN products p ON p.id = c.product "
        "WHERE c.ended IS NULL AND c.id > ? ORDER BY c.id LIMIT ?",
        (last, _PAGE),
    ):
        last = rows[-1][0]
        for _, key, title, brand, description, category, gtin, tag, who, at, note, best in rows:
            product = Product(title, brand, description, category, key.removeprefix("key:"), gtin)
            yield Decided(key, product, tag, who, at, note, best)
