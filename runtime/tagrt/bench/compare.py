"""Two reports side by side: what is worse, what is better, and what lies within the noise."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from typing import NamedTuple

from tagrt.bench.measure import SHARE, Measure
from tagrt.bench.report import Report

TOLERANCE = 0.05
"""Change that always counts as noise: a share of the old figure."""

SHARE_TOLERANCE = 0.005
"""The same for figures that are shares themselves, such as hF1: a difference."""


class Change(str, Enum):
    """What became of a figure."""

    WORSE = "worse"
    BETTER = "better"
    SAME = "same"
    NEW = "new"
    GONE = "gone"

    def __str__(self) -> str:
        """Return the word itself."""
        return self.value


class Line(NamedTuple):
    """One figure in both reports; None where one lacks it."""

    peer: str
    name: str
    old: Measure | None
    new: Measure | None
    change: Change


def compare(old: Report, new: Report, tolerance: float = TOLERANCE) -> Iterator[Line]:
    """Yield every figure that either report has, in the order of the new one, then what is gone.

    Args:
        old: The report to be compared with.
        new: The report in question.
        tolerance: See `TOLERANCE`.
    """
    for peer, measures in new.measures.items():
        before = old.measures.get(peer, {})
        for name, measure in measures.items():
            yield Line(peer, name, before.get(name), measure, change(before.get(name), measure, tolerance))
    for peer, measures in old.measures.items():
        after = new.measures.get(peer, {})
        yield from (Line(peer, n, m, None, Change.GONE) for n, m in measures.items() if n not in after)


def change(old: Measure | None, new: Measure, tolerance: float) -> Change:
    """Return how a figure changed: it did so only if each figure is outside of the other's noise band."""
    if old is None:
        return Change.NEW
    if _within(new.median, old, tolerance) or _within(old.median, new, tolerance):
        return Change.SAME
    rose = new.median > old.median
    return Change.BETTER if rose == (new.better == "higher") else Change.WORSE


def _within(value: float, band: Measure, tolerance: float) -> bool:
    slack = SHARE_TOLERANCE if band.unit == SHARE else tolerance * abs(band.median)
    return band.low - slack <= value <= band.high + slack
