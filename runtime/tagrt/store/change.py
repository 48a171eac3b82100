"""What an update tells of products: what they were, what became of them."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import NamedTuple

from tagrt.types import Product


class Kind(str, Enum):
    """What happened to a product."""

    ADDED = "added"
    """New in the file."""
    RETAGGED = "retagged"
    """Has another tag than before."""
    KEPT = "kept"
    """Its text changed, its tag did not."""
    DECIDED = "decided"
    """Its text and tag are as before; whether a person is needed, or who says so, changed."""
    LOCKED = "locked"
    """Its text changed after a person decided: the person's tag stands, and waits for review."""
    VANISHED = "vanished"
    """No longer in the file; it stays in the store."""
    RETURNED = "returned"
    """Back in the file as it was before it vanished."""

    def __str__(self) -> str:
        """Return the value written to files."""
        return self.value


class Known(NamedTuple):
    """What a store knows of a product.

    Attributes:
        id: Its number.
        key: Its key, as the store has it.
        run: The last run that tagged it.
        content: `content_hash` of its text.
        seen: Digest of its last row; None if it never came by an update.
        gone: When it vanished; None if it is there.
        title: Its title.
        tag: Its tag's id, empty if none.
        decision: `auto`, `review` or `human`.
        reason: See `Reason`.
        best: The model's best guess.
    """

    id: int
    key: str
    run: int
    content: str
    seen: bytes | None
    gone: str | None
    title: str
    tag: str
    decision: str
    reason: str
    best: str


class Change(NamedTuple):
    """One line of a change report.

    Attributes:
        kind: What happened.
        key: The product's key in the store.
        title: Its title now.
        title_before: Its title before; empty for a new product.
        tag: Its tag now.
        tag_before: Its tag before.
        decision: `auto`, `review` or `human`.
        reason: See `Reason`.
        note: What stands behind the reason.
    """

    kind: str
    key: str
    title: str
    title_before: str
    tag: str
    tag_before: str
    decision: str
    reason: str
    note: str


class Stale(NamedTuple):
    """A product that a new model, new corrections or a new policy may tag otherwise.

    Attributes:
        known: What the store knows of it.
        product: The product as the model reads it.
        cells: Its columns.
        tagger: Fingerprint of the model that tagged it.
    """

    known: Known
    product: Product
    cells: Mapping[str, str]
    tagger: str
