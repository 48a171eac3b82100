"""Two models on the same rows: figures with intervals, per tag, moved tags, speed and size."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from tagrt.compare.golden import GoldenRow
from tagrt.errors import InputFileError
from tagrt.metrics import score_row
from tagrt.types import Decision, Tagging

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tagrt.inference.tagger import Tagger

RESAMPLES = 2000
"""Bootstrap resamples behind each interval."""

LEVEL = 0.95
LEAST_ROWS = 5
"""Rows of a tag below which no interval is given."""

_TIMED_ROWS = 2000
_COUNTS = 1 << 21
"""Counts of rows held at once."""


class Difference(NamedTuple):
    """A figure of both models.

    Attributes:
        name: What it is of: a metric, or a tag.
        rows: Rows behind it.
        old: The old model's.
        new: The new model's.
        low: Lower end of the interval of new - old.
        high: Upper end.
    """

    name: str
    rows: int
    old: float
    new: float
    low: float
    high: float

    @property
    def worse(self) -> bool:
        """Whether the new model is worse, beyond what the choice of rows explains."""
        return self.high < 0

    @property
    def better(self) -> bool:
        """Whether the new model is better, beyond what the choice of rows explains."""
        return self.low > 0


class Side(NamedTuple):
    """What only one model is concerned with.

    Attributes:
        name: Name and version.
        rows_per_second: Speed of tokenizer and graph on these rows, one thread, both models in turns.
        megabytes: Size of the bundle.
    """

    name: str
    rows_per_second: float
    megabytes: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two models compared.

    Attributes:
        old: The old one.
        new: The new one.
        rows: Golden rows that both were judged by.
        left_out: Rows whose tag one of the trees lacks.
        only_new: Those of them whose tag the new model has, by that one alone: rows, mean hF1, share exact.
        overall: hF1, top level right, exact, share decided, precision of what is decided.
        tags: hF1 per tag, the largest loss first.
        moved: Old guess, new guess and rows, the most frequent first.
    """

    old: Side
    new: Side
    rows: int
    left_out: int
    only_new: tuple[int, float, float]
    overall: tuple[Difference, ...]
    tags: tuple[Difference, ...]
    moved: tuple[tuple[str, str, int], ...]

    @property
    def worse(self) -> list[Difference]:
        """What is significantly worse: hF1, or the precision of what is decided without a person."""
        return [d for d in self.overall if d.name in ("hf1", "auto_hp") and d.worse]


class _Judged(NamedTuple):
    """One model's answers: scores float64 [rows] by metric, taggings in the order of the rows."""

    scores: dict[str, NDArray[np.float64]]
    taggings: list[Tagging]


def compare(old: Tagger, new: Tagger, rows: Sequence[GoldenRow], timed: bool = True) -> Comparison:
    """Judge two models by the same rows.

    Intervals are percentiles of a paired bootstrap over rows (Efron, 1979; Berg-Kirkpatrick et al., 2012).

    Args:
        old: The present model.
        new: The one that is to take its place.
        rows: Golden rows.
        timed: Whether the speed is measured too.

    Raises:
        InputFileError: If no row has a tag that both trees have.
    """
    known = [row for row in rows if _has(old, row) and _has(new, row)]
    if not known:
        raise InputFileError(f"none of the {len(rows):,} golden rows has a tag that both models have")
    before, after = _judge(old, known), _judge(new, known)
    speeds = _speeds(old, new, known) if timed else (0.0, 0.0)
    return Comparison(
        _side(old, speeds[0]),
        _side(new, speeds[1]),
        len(known),
        len(rows) - len(known),
        _only_new(old, new, rows),
        _overall(before, after),
        _per_tag(known, before, after),
        _moved(before, after),
    )


def _judge(tagger: Tagger, rows: Sequence[GoldenRow]) -> _Judged:
    taxonomy = tagger.taxonomy
    taggings = list(tagger.tag_many(row.product for row in rows))
    table = np.zeros((len(rows), 5))
    for n, (row, tagging) in enumerate(zip(rows, taggings, strict=True)):
        gold = [taxonomy.index[tag] for tag in row.tags]
        guess = score_row(taxonomy, taxonomy.index[tagging.best.id] if tagging.best else -1, gold)
        table[n, :3] = guess.f1, guess.top, guess.exact
        if tagging.decision is Decision.AUTO and tagging.tag:
            table[n, 3:] = 1.0, score_row(taxonomy, taxonomy.index[tagging.tag.id], gold).precision
    names = ("hf1", "top", "exact", "auto", "auto_hp")
    return _Judged(dict(zip(names, table.T, strict=True)), taggings)


def _only_new(old: Tagger, new: Tagger, rows: Sequence[GoldenRow]) -> tuple[int, float, float]:
    """Return rows, mean hF1 and share exact of the rows whose tag only the new model has."""
    added = [row for row in rows if _has(new, row) and not _has(old, row)]
    if not added:
        return 0, 0.0, 0.0
    scores = _judge(new, added).scores
    return len(added), float(scores["hf1"].mean()), float(scores["exact"].mean())


def _has(tagger: Tagger, row: GoldenRow) -> bool:
    return all(tag in tagger.taxonomy.index for tag in row.tags)


def _overall(before: _Judged, after: _Judged) -> tuple[Difference, ...]:
    names = ("hf1", "top", "exact", "auto")
    rows = len(before.taggings)
    table = np.stack([judged.scores[n] for judged in (before, after) for n in (*names, "auto_hp")], axis=1)
    means, draws = table.mean(axis=0), _resampled(table, np.random.default_rng(0))
    wide = len(names) + 1
    found = []
    for at, name in enumerate(names):
        low, high = _interval(draws[:, wide + at] - draws[:, at])
        found.append(Difference(name, rows, float(means[at]), float(means[wide + at]), low, high))
    # A ratio: either model decides on rows of its own.
    old, new = (float(m[-1] / max(m[-2], 1e-9)) for m in (means[:wide], means[wide:]))
    ratios = [m[:, -1] / np.maximum(m[:, -2], 1e-9) for m in (draws[:, :wide], draws[:, wide:])]
    low, high = _interval(ratios[1] - ratios[0])
    return (*found, Difference("auto_hp", int(after.scores["auto"].sum()), old, new, low, high))


def _per_tag(rows: Sequence[GoldenRow], before: _Judged, after: _Judged) -> tuple[Difference, ...]:
    by_tag: dict[str, list[int]] = defaultdict(list)
    for n, row in enumerate(rows):
        by_tag[row.tags[0]].append(n)
    draw = np.random.default_rng(1)
    found = []
    for tag, numbers in by_tag.items():
        old, new = before.scores["hf1"][numbers], after.scores["hf1"][numbers]
        low, high = -1.0, 1.0
        if len(numbers) >= LEAST_ROWS:
            low, high = _interval(_resampled((new - old)[:, None], draw)[:, 0])
        found.append(Difference(tag, len(numbers), float(old.mean()), float(new.mean()), low, high))
    return tuple(sorted(found, key=lambda d: ((d.new - d.old) * d.rows, d.name)))


def _resampled(values: NDArray[np.float64], draw: np.random.Generator) -> NDArray[np.float64]:
    """Return the means of bootstrap resamples.

    Args:
        values: float64 [rows, columns].
        draw: Decides which.

    Returns:
        float64 [RESAMPLES, columns].
    """
    rows = len(values)
    at_once = max(1, _COUNTS // rows)
    found = []
    for start in range(0, RESAMPLES, at_once):
        size = min(at_once, RESAMPLES - start)
        counts = draw.multinomial(rows, np.full(rows, 1 / rows), size=size)  # how often each row is drawn
        found.append(counts @ values / rows)
    return np.concatenate(found)


def _interval(values: NDArray[np.float64]) -> tuple[float, float]:
    low, high = np.quantile(values, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(low), float(high)


def _moved(before: _Judged, after: _Judged) -> tuple[tuple[str, str, int], ...]:
    pairs = Counter(
        (_best(old), _best(new)) for old, new in zip(before.taggings, after.taggings, strict=True)
    )
    moved = [(old, new, count) for (old, new), count in pairs.items() if old != new]
    return tuple(sorted(moved, key=lambda pair: (-pair[2], pair[:2])))


def _best(tagging: Tagging) -> str:
    return tagging.best.id if tagging.best else ""


def _side(tagger: Tagger, speed: float) -> Side:
    manifest = tagger.bundle.manifest
    size = sum(file.stat().st_size for file in tagger.bundle.path.iterdir() if file.is_file())
    return Side(f"{manifest.name} {manifest.version}", speed, size / 1e6)


def _speeds(old: Tagger, new: Tagger, rows: Sequence[GoldenRow]) -> tuple[float, float]:
    """Return rows per second of both, measured in turns, since a machine's own speed changes."""
    products = [rows[n % len(rows)].product for n in range(_TIMED_ROWS)]
    seconds = {0: 0.0, 1: 0.0}
    for _ in range(3):
        for side, tagger in enumerate((old, new)):
            started = time.perf_counter()
            for start in range(0, len(products), 512):
                tagger.embed(products[start : start + 512])
            seconds[side] += time.perf_counter() - started
    return tuple(3 * len(products) / seconds[side] for side in (0, 1))  # type: ignore[return-value]
