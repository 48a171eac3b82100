"""The columns that a run adds, and what a tagging puts into them."""

from __future__ import annotations

from tagrt.tables.writer import Value
from tagrt.types import Language, Tag, Tagging

ADDED = (
    "tag_path",
    "tag_id",
    "tag",
    "probability",
    "best_id",
    "best_probability",
    "decision",
    "reason",
)
"""Names of the added columns, in order."""

NUMBERS = ("probability", "best_probability")
"""Those of them that hold numbers."""


def added_values(tagging: Tagging, language: Language) -> list[Value]:
    """Return the values of the `ADDED` columns for one tagging."""
    tag, best = tagging.tag, tagging.best
    return [
        tagging.path_text(language),
        tag.id if tag else "",
        tag.name(language) if tag else "",
        _probability(tag),
        best.id if best else "",
        _probability(best),
        tagging.decision.value,
        tagging.reason.value,
    ]


def _probability(tag: Tag | None) -> float | None:
    return round(float(tag.probability), 4) if tag else None
