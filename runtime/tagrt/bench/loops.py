"""The loops that everything is measured by: so many texts at a time, for so long."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from itertools import count
from typing import Any, NamedTuple

Predict = Callable[[Sequence[str]], Any]


class Rate(NamedTuple):
    """What a loop found.

    Attributes:
        products_per_second: By wall time.
        cpu_seconds_per_1000: CPU seconds of the process, all threads, per 1,000 products.
        milliseconds: Wall time of each call.
    """

    products_per_second: float
    cpu_seconds_per_1000: float
    milliseconds: list[float]


def rate(
    predict: Predict,
    texts: Sequence[str],
    batch: int,
    seconds: float,
    most: int | None = None,
    first: int = 0,
) -> Rate:
    """Call a function on batches of texts until the time is over, at least once.

    Args:
        predict: Tags a batch.
        texts: Texts; taken again from the start when they come to an end.
        batch: Texts a call.
        seconds: No call starts later than this.
        most: Calls at most.
        first: Text to start at, so that repetitions do not see the same texts.
    """
    took: list[float] = []
    cpu, started = time.process_time(), time.perf_counter()
    for call in count():
        if call and (time.perf_counter() - started >= seconds or call == most):
            break
        chunk = chosen(texts, first + call * batch, batch)
        before = time.perf_counter()
        predict(chunk)
        took.append((time.perf_counter() - before) * 1000)
    products = len(took) * batch
    busy = time.process_time() - cpu
    return Rate(products / (sum(took) / 1000), busy / products * 1000, took)


def chosen(texts: Sequence[str], start: int, size: int) -> list[str]:
    """Return so many texts from a position on, going round at the end."""
    return [texts[at % len(texts)] for at in range(start, start + size)]


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value below which a share of the values lies (nearest rank)."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
