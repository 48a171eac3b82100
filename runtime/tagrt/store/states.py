"""The state of a product as its row has it: the tag that stands, the best guess, and who decided."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import NamedTuple

from tagrt.store.keys import storable
from tagrt.types import Decision, Product, Reason, Tagging

STATE = ("tag", "probability", "best", "best_probability", "decision", "reason", "note")
"""Columns of a state, in products and in taggings."""

COLUMNS = ", ".join(STATE)
PUT = ", ".join(f"{name} = ?" for name in STATE)


class Correction(NamedTuple):
    """What a person decided.

    Attributes:
        tag: Taxonomy id.
        content: `content_hash` of the product it was decided on.
    """

    tag: str
    content: str


def state_of(tagging: Tagging) -> tuple[object, ...]:
    """Return the state that a tagging puts a product into, as `STATE` names it."""
    tag, best = tagging.tag, tagging.best
    return (
        tag.id if tag else "",
        round(tag.probability, 4) if tag else None,
        best.id if best else "",
        round(best.probability, 4) if best else None,
        tagging.decision.value,
        tagging.reason.value,
        storable(tagging.note),
    )


def corrected_state(state: tuple[object, ...], correction: Correction, content: str) -> tuple[object, ...]:
    """Return the state of a product that a person decided on; for review if its text has changed since."""
    changed = correction.content != content
    decision = Decision.REVIEW if changed else Decision.HUMAN
    reason = Reason.CHANGED if changed else Reason.NONE
    return (correction.tag, None, *state[2:4], decision.value, reason.value, "")


def stored_cells(cells: Mapping[str, str]) -> str:
    """Return a product's columns as the store keeps them."""
    return storable(json.dumps(dict(cells), ensure_ascii=False))


def stored_fields(product: Product) -> tuple[str, ...]:
    """Return title, brand, description, category and barcode as the store keeps them."""
    fields = (product.title, product.brand, product.description, product.category, product.gtin)
    return tuple(storable(field) for field in fields)
