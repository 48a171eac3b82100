"""Figures of a bundle on held-out sets, measured through the runtime that ships."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from tagrt import Tagger
from tagrt.inference.decide import Decider
from tagrt.metrics import RowScore, calibration_error, score_row
from tagrt.taxonomy import Taxonomy
from tagrt.types import Decision, Tagging
from tagrt_distill.corpus.row import Row

PRECISION = 0.95
"""Hierarchical precision of what is decided, at which coverage is compared."""

MACRO, POOLED = "macro", "pooled"
LEVELS = 2
"""Levels of the tree that confusions are told at."""

Figures = dict[str, float]


@dataclass(frozen=True, slots=True)
class Judged:
    """Rows with what a model says of them."""

    rows: Sequence[Row]
    taggings: Sequence[Tagging]
    golds: Sequence[Sequence[int]]
    scores: Sequence[RowScore]
    taxonomy: Taxonomy


def tagged(tagger: Tagger, rows: Sequence[Row]) -> Judged:
    """Tag rows by their titles alone and score the best guesses."""
    taxonomy = tagger.taxonomy
    taggings = list(tagger.tag_many(row.product.title for row in rows))
    golds = [[taxonomy.index[tag] for tag in row.tags] for row in rows]
    guesses = [taxonomy.index[t.best.id] if t.best else -1 for t in taggings]
    scores = [score_row(taxonomy, g, gold) for g, gold in zip(guesses, golds, strict=True)]
    return Judged(rows, taggings, golds, scores, taxonomy)


def judge(tagger: Tagger, sets: Mapping[str, Sequence[Row]]) -> dict[str, Figures]:
    """Return figures per set, ``macro``, their mean over the sets, and ``pooled``, over all rows alike.

    ``hf1``, ``top`` and ``exact`` judge the best guess; ``coverage`` is the share decided `auto`,
    ``auto_hp`` the hierarchical precision of those; ``coverage_95`` the share that could be decided with
    this precision at 0.95, by the threshold best for that set; ``ece`` the calibration error of the best
    guess, at the label's depth.
    """
    if not sets:
        return {}
    found = {name: figures(tagged(tagger, rows)) for name, rows in sets.items()}
    keys = sorted(next(iter(found.values())).keys() - {"rows"})
    macro = {key: round(float(np.mean([f[key] for f in found.values()])), 4) for key in keys}
    pooled = figures(tagged(tagger, [row for rows in sets.values() for row in rows]))
    return {**found, MACRO: macro, POOLED: pooled}


def figures(judged: Judged) -> Figures:
    """Return the figures of one set; see `judge`."""
    scores = judged.scores
    coverage, auto_hp = decided(judged, judged.taggings)
    made = {
        "rows": float(len(scores)),
        "hf1": float(np.mean([s.f1 for s in scores])),
        "top": float(np.mean([s.top for s in scores])),
        "exact": float(np.mean([s.exact for s in scores])),
        "coverage": coverage,
        "auto_hp": auto_hp,
        "coverage_95": coverage_at(judged, PRECISION),
        "ece": ece(judged),
    }
    return {key: round(value, 4) for key, value in made.items()}


def decided(judged: Judged, taggings: Sequence[Tagging]) -> tuple[float, float]:
    """Return the share of rows decided `auto` and the hierarchical precision of those, 0 for none."""
    taxonomy = judged.taxonomy
    auto = [
        score_row(taxonomy, taxonomy.index[t.tag.id], gold).precision
        for t, gold in zip(taggings, judged.golds, strict=True)
        if t.decision is Decision.AUTO and t.tag
    ]
    return len(auto) / max(len(taggings), 1), float(np.mean(auto)) if auto else 0.0


def coverage_at(judged: Judged, precision: float) -> float:
    """Return the largest share decided `auto` at any threshold that gives at least this precision."""
    best = 0.0
    for threshold in np.arange(0.30, 1.0, 0.01):
        decider = Decider(judged.taxonomy, float(threshold))
        coverage, hp = decided(judged, [decider.tagging(t.guess) for t in judged.taggings])
        if hp >= precision:
            best = max(best, coverage)
    return best


def ece(judged: Judged) -> float:
    """Return the calibration error of the guess at the depth of the label."""
    depth = judged.taxonomy.depth
    confidence = [
        t.guess[: depth[gold[0]]][-1].probability if t.guess else 0.0
        for t, gold in zip(judged.taggings, judged.golds, strict=True)
    ]
    return calibration_error(np.array(confidence), np.array([score.exact for score in judged.scores]))


def worst_tags(judged: Judged, least_rows: int = 5, most: int = 20) -> list[tuple[str, int, float]]:
    """Return the tags with the lowest mean hF1 among those with at least so many rows: tag, rows, hF1."""
    by_tag: dict[str, list[float]] = defaultdict(list)
    for row, score in zip(judged.rows, judged.scores, strict=True):
        by_tag[row.tags[0]].append(score.f1)
    means = [(tag, len(f1), float(np.mean(f1))) for tag, f1 in by_tag.items() if len(f1) >= least_rows]
    return sorted(means, key=lambda item: (item[2], item[0]))[:most]


def confusions(judged: Judged, most: int = 15) -> list[tuple[str, str, int]]:
    """Return the commonest wrong guesses at the upper levels: the label's tag, the guess's tag, rows."""
    taxonomy = judged.taxonomy
    counts: Counter[tuple[str, str]] = Counter()
    for golds, tagging in zip(judged.golds, judged.taggings, strict=True):
        guess = [taxonomy.index[tag.id] for tag in tagging.guess]
        if not guess or any(_agree(taxonomy.path(gold), guess) for gold in golds):
            continue
        gold = taxonomy.path(golds[0])[:LEVELS]
        counts[taxonomy.ids[gold[-1]], taxonomy.ids[guess[: len(gold)][-1]]] += 1
    return [(gold, guess, rows) for (gold, guess), rows in counts.most_common(most)]


def _agree(gold: Sequence[int], guess: Sequence[int]) -> bool:
    levels = min(LEVELS, len(gold), len(guess))
    return tuple(gold[:levels]) == tuple(guess[:levels])
