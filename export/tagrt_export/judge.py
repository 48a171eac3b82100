"""Figures of a bundle on held-out sets, measured through the runtime that ships."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from tagrt import Tagger
from tagrt.metrics import score_row
from tagrt.types import Decision, Tagging
from tagrt_distill.corpus.row import Row

BINS = 10
"""Bins of the calibration error (Guo et al., 2017)."""


def judge(tagger: Tagger, sets: Mapping[str, Sequence[Row]]) -> dict[str, dict[str, float]]:
    """Return figures per set, and ``macro``, their mean over the sets.

    ``hf1``, ``top`` and ``exact`` judge the best guess; ``coverage`` is the share decided `auto`,
    ``auto_hp`` the hierarchical precision of those; ``ece`` the calibration error of the best guess,
    at the label's depth.
    """
    found = {name: _figures(tagger, rows) for name, rows in sets.items()}
    keys = next(iter(found.values())).keys() - {"rows"} if found else ()
    macro = {key: round(float(np.mean([f[key] for f in found.values()])), 4) for key in sorted(keys)}
    return {**found, "macro": macro} if found else {}


def _figures(tagger: Tagger, rows: Sequence[Row]) -> dict[str, float]:
    taxonomy = tagger.taxonomy
    taggings = list(tagger.tag_many(row.product.title for row in rows))
    golds = [[taxonomy.index[tag] for tag in row.tags] for row in rows]
    guesses = [taxonomy.index[t.best.id] if t.best else -1 for t in taggings]
    scores = [score_row(taxonomy, g, gold) for g, gold in zip(guesses, golds, strict=True)]
    auto = [
        score_row(taxonomy, taxonomy.index[t.tag.id], gold).precision
        for t, gold in zip(taggings, golds, strict=True)
        if t.decision is Decision.AUTO and t.tag
    ]
    figures = {
        "rows": float(len(rows)),
        "hf1": float(np.mean([s.f1 for s in scores])),
        "top": float(np.mean([s.top for s in scores])),
        "exact": float(np.mean([s.exact for s in scores])),
        "coverage": len(auto) / max(len(rows), 1),
        "auto_hp": float(np.mean(auto)) if auto else 0.0,
        "ece": _calibration_error(taggings, golds, [s.exact for s in scores], tagger),
    }
    return {key: round(value, 4) for key, value in figures.items()}


def _calibration_error(
    taggings: Sequence[Tagging], golds: Sequence[Sequence[int]], right: Sequence[float], tagger: Tagger
) -> float:
    """Expected |confidence - accuracy| of the guess at the depth of the label."""
    depth = tagger.taxonomy.depth
    confidence = np.array(
        [
            t.guess[: depth[gold[0]]][-1].probability if t.guess else 0.0
            for t, gold in zip(taggings, golds, strict=True)
        ]
    )
    accuracy = np.array(right)
    bins = np.minimum((confidence * BINS).astype(int), BINS - 1)
    gaps = [
        abs(confidence[bins == b].mean() - accuracy[bins == b].mean()) * (bins == b).mean() for b in set(bins)
    ]
    return float(sum(gaps))
