"""How well a peer tags: figures per dev set with bootstrap intervals, calibration, consistency."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from tagrt.bench.measure import SHARE, Measure, measured
from tagrt.inference.decide import Decider
from tagrt.inference.decode import Decoder
from tagrt.metrics import score_row
from tagrt.text import product_text
from tagrt.types import Product
from tagrt_bench.peers.protocol import Masses, Peer
from tagrt_distill.corpus.row import Row
from tagrt_export.consistency import kept_shares
from tagrt_export.judge import PRECISION, Judged, coverage_at, ece

RESAMPLES = 1000
CONSISTENCY_ROWS = 150
"""Rows per dev set whose titles are edited."""

BINS = 10
SCORES = ("f1", "top", "exact")
NAMES = {"f1": "hf1", "top": "top", "exact": "exact"}
MACRO = "macro"


def titles_of(rows: Sequence[Row]) -> list[str]:
    """Return the normalised titles alone."""
    return [product_text(Product(row.product.title)) for row in rows]


def accuracy(peer: Peer, dev: dict[str, list[Row]], taxonomy: Any) -> dict[str, Any]:
    """Return measures and reliability curve of a peer, as JSON."""
    judged = {name: judge_masses(peer.masses(titles_of(rows)), rows, taxonomy) for name, rows in dev.items()}
    measures = [
        *score_measures(judged),
        *certainty_measures(judged),
        *consistency_measures(peer, dev, taxonomy),
    ]
    return {"measures": [m.to_json() for m in measures], "reliability": reliability(judged)}


def judge_masses(masses: Masses, rows: Sequence[Row], taxonomy: Any) -> Judged:
    """Score the best guesses: from the heaviest root down by the heaviest child."""
    taggings = Decider(taxonomy, 0.5).decide(Decoder(taxonomy).decode(masses))
    golds = [[taxonomy.index[tag] for tag in row.tags] for row in rows]
    guesses = [taxonomy.index[tagging.guess[-1].id] for tagging in taggings]
    scores = [score_row(taxonomy, guess, gold) for guess, gold in zip(guesses, golds, strict=True)]
    return Judged(rows, taggings, golds, scores, taxonomy)


def score_measures(judged: dict[str, Judged]) -> list[Measure]:
    """Return hF1, top and exact per set and their mean over sets, with 95 % bootstrap intervals."""
    draw = np.random.default_rng(0)
    found = []
    for score in SCORES:
        resampled = []
        for name, one in judged.items():
            values = np.array([getattr(s, score) for s in one.scores])
            means = values[draw.integers(0, len(values), (RESAMPLES, len(values)))].mean(axis=1)
            resampled.append(means)
            found.append(with_interval(f"{NAMES[score]}.{name}", float(values.mean()), means))
        macro = [m.median for m in found if m.name.startswith(f"{NAMES[score]}.")]
        found.append(
            with_interval(f"{NAMES[score]}.{MACRO}", float(np.mean(macro)), np.mean(resampled, axis=0))
        )
    return found


def with_interval(name: str, value: float, resampled: Any) -> Measure:
    """Return a share whose noise band is the 95 % interval of its resampled values."""
    low, high = (float(cut) for cut in np.percentile(resampled, (2.5, 97.5)))
    return measured(name, SHARE, "higher", [value], (low, high))


def certainty_measures(judged: dict[str, Judged]) -> list[Measure]:
    """Return coverage at 95 % precision and calibration error, per set and their mean."""
    found = []
    for figure, better, function in (
        (f"coverage_{PRECISION * 100:.0f}", "higher", lambda one: coverage_at(one, PRECISION)),
        ("ece", "lower", ece),
    ):
        values = {name: float(function(one)) for name, one in judged.items()}
        values[MACRO] = float(np.mean(list(values.values())))
        found += [
            measured(f"{figure}.{name}", SHARE, "higher" if better == "higher" else "lower", [value])
            for name, value in values.items()
        ]
    return found


def consistency_measures(peer: Peer, dev: dict[str, list[Row]], taxonomy: Any) -> list[Measure]:
    """Return the share of edited titles that keep the upper two levels of their tag, by kind of edit."""

    def paths(titles: list[str]) -> list[list[str]]:
        texts = [product_text(Product(title)) for title in titles]
        nodes = Decoder(taxonomy).decode(peer.masses(texts)).nodes
        return [[taxonomy.ids[int(node)] for node in path if node >= 0] for path in nodes]

    some = {name: rows[:: max(1, len(rows) // CONSISTENCY_ROWS)] for name, rows in dev.items()}
    shares = kept_shares(paths, some)
    return [measured(f"consistency.{kind}", SHARE, "higher", [share]) for kind, share in shares.items()]


def reliability(judged: dict[str, Judged]) -> list[list[float]]:
    """Return per bin of confidence: rows, mean confidence, share right; at the label's depth, all sets."""
    pairs = []
    for one in judged.values():
        for tagging, gold, score in zip(one.taggings, one.golds, one.scores, strict=True):
            level = min(int(one.taxonomy.depth[gold[0]]), len(tagging.guess)) - 1
            pairs.append((tagging.guess[level].probability, score.exact))
    found = []
    for at in range(BINS):
        inside = [pair for pair in pairs if min(int(pair[0] * BINS), BINS - 1) == at]
        if inside:
            confidence, right = (float(np.mean(values)) for values in zip(*inside, strict=True))
            found.append([float(len(inside)), round(confidence, 4), round(right, 4)])
    return found
