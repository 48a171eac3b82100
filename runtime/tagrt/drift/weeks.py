"""Figures of a store week by week, and what they say about the model."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, NamedTuple

from tagrt.drift.baseline import Baseline, unknown_share
from tagrt.types import Decision

if TYPE_CHECKING:
    from tagrt.inference.tagger import Tagger
    from tagrt.store import Store

SAMPLE = 2000
"""Titles of a week that are read for unknown tokens, at most."""

RECENT = 4
LEAST = 200
"""Products of the recent weeks below which nothing is said."""

REVIEW_RISE = 0.10
CONFIDENCE_FALL = 0.05
UNKNOWN_RISE = 0.02
DEVIATIONS = 3.0
"""Standard errors that a change must exceed besides, so that few products raise no alarm."""

CORRECTIONS = 300
"""Decisions of people since the model was made that are worth learning from."""


class Week(NamedTuple):
    """One week of a store.

    Attributes:
        week: ISO week, such as ``2026-W48``.
        products: Products tagged, new or otherwise than before.
        review: Share of these that were left to a person.
        confidence: Mean probability of the best guess.
        unknown: Share of single bytes among the tokens of words; None without words.
        corrections: Decisions that people made.
    """

    week: str
    products: int
    review: float
    confidence: float
    unknown: float | None
    corrections: int


def weeks(store: Store, tagger: Tagger) -> list[Week]:
    """Return the figures of every week in which something was tagged or decided, oldest first."""
    rows = store.query(
        "SELECT r.id, r.started, count(*), sum(t.decision = ?), sum(ifnull(t.best_probability, 0.0)) "
        "FROM taggings t JOIN runs r ON r.id = t.run GROUP BY r.id",
        (Decision.REVIEW.value,),
    )
    runs: dict[str, list[tuple[int, int, int, float]]] = defaultdict(list)
    for run, started, count, review, sure in rows:
        runs[_week(started)].append((run, count, review, sure))
    people: dict[str, int] = defaultdict(int)
    for (at,) in store.query("SELECT at FROM corrections"):
        people[_week(at)] += 1
    return [
        _figures(week, runs.get(week, []), people.get(week, 0), store, tagger)
        for week in sorted({*runs, *people})
    ]


def verdict(found: Sequence[Week], baseline: Baseline, corrections: int) -> list[str]:
    """Return why a new distillation is due; nothing if it is not.

    Args:
        found: Figures by week, oldest first.
        baseline: The model's.
        corrections: Decisions of people since the model was made.
    """
    reasons = []
    if corrections >= CORRECTIONS:
        reasons.append(f"people decided on {corrections:,} products since the model was made")
    recent = [week for week in found if week.products][-RECENT:]
    count = sum(week.products for week in recent)
    if count < LEAST:
        return reasons
    review = _mean(recent, [week.review for week in recent])
    sure = _mean(recent, [week.confidence for week in recent])
    unknown = _mean(recent, [week.unknown or 0.0 for week in recent])
    slack = DEVIATIONS * math.sqrt(0.25 / count)
    if baseline.review is not None and review > baseline.review + max(REVIEW_RISE, slack):
        reasons.append(f"{review:.0%} go to review, {baseline.review:.0%} where the model was judged")
    if baseline.confidence is not None and sure < baseline.confidence - max(CONFIDENCE_FALL, slack):
        reasons.append(f"the mean probability is {sure:.2f}, it was {baseline.confidence:.2f}")
    if baseline.unknown is not None and unknown > baseline.unknown + max(UNKNOWN_RISE, baseline.unknown / 2):
        reasons.append(f"{unknown:.1%} of the tokens are unknown, it was {baseline.unknown:.1%}")
    return reasons


def _mean(recent: Sequence[Week], values: Sequence[float]) -> float:
    weighed = sum(week.products * value for week, value in zip(recent, values, strict=True))
    return weighed / sum(week.products for week in recent)


def _figures(
    week: str, runs: Sequence[tuple[int, int, int, float]], people: int, store: Store, tagger: Tagger
) -> Week:
    count = sum(run[1] for run in runs)
    if not count:
        return Week(week, 0, 0.0, 0.0, None, people)
    marks = ", ".join("?" * len(runs))
    titles = store.query(
        f"SELECT title FROM taggings WHERE run IN ({marks}) "
        f"ORDER BY id * 2654435761 % 4294967296 LIMIT {SAMPLE}",
        [run[0] for run in runs],
    )
    return Week(
        week,
        count,
        sum(run[2] for run in runs) / count,
        sum(run[3] for run in runs) / count,
        unknown_share(tagger, [title for (title,) in titles]),
        people,
    )


def _week(at: str) -> str:
    day: date = datetime.fromisoformat(at).date()
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02d}"
