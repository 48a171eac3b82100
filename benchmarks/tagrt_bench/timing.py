"""How fast a peer is: one round of every figure, in a process that does nothing else."""

from __future__ import annotations

import csv
import statistics
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from tagrt.bench.loops import Rate, chosen, percentile, rate
from tagrt.bench.memory import peak_memory
from tagrt.text import product_text
from tagrt.types import Product
from tagrt_bench.peers.protocol import Peer

BATCHES = (1, 16, 64, 256)
ROWS = (100, 1000, 10_000)
FILE_ROWS = 20_000
STREAM = 8192
"""Titles given at once at most, for a peer to part among its threads as it likes."""

REPEATS = 3
PATIENCE = 4
"""A figure that would take so many times its share of time is left out."""


def warm_up(peer: Peer, titles: Sequence[str], seconds: float) -> float:
    """Let everything be loaded and compiled, for single titles and for batches.

    Returns:
        Products per second, roughly.
    """
    fed(peer, titles, 1, seconds / 4, 11)
    return fed(peer, titles, 64, seconds / 2, 777).products_per_second


def fed(peer: Peer, titles: Sequence[str], size: int, seconds: float, first: int) -> Rate:
    """Measure batches; a peer that takes a batch apart is given no more than it reads at once."""
    return rate(peer.predict, titles, min(size, peer.together or size), seconds, first=first)


def speed(
    peer: Peer, titles: Sequence[str], seconds: float, turn: int
) -> tuple[dict[str, float], list[float]]:
    """Measure one round.

    Args:
        peer: Loaded.
        titles: Normalised titles.
        seconds: Time for one figure.
        turn: Number of the round: rounds start at different titles.

    Returns:
        Figures by name, and the milliseconds of single titles.
    """
    expected = warm_up(peer, titles, seconds)
    found: dict[str, float] = {}
    single: list[float] = []
    for size in BATCHES:
        measure = fed(peer, titles, size, seconds, turn * 1999)
        found[f"batch_{size}.products_per_second"] = measure.products_per_second
        single = single or measure.milliseconds
    for share in (50, 95, 99):
        found[f"one_title.p{share}_ms"] = percentile(single, share / 100)
    stream = fed(peer, titles, stream_size(expected, seconds), seconds, turn * 2999)
    found["stream.products_per_second"] = stream.products_per_second
    found["stream.cpu_seconds_per_1000"] = stream.cpu_seconds_per_1000
    found.update(by_rows(peer, titles, seconds, turn, stream.products_per_second))
    found.update(end_to_end(peer, titles, seconds, stream.products_per_second))
    peak = peak_memory()
    return {**found, **({"process.peak.bytes": float(peak)} if peak else {})}, single


def stream_size(expected: float, seconds: float) -> int:
    """Return how many titles fill the time for one figure, within bounds."""
    return max(64, min(STREAM, int(expected * seconds)))


def by_rows(
    peer: Peer, titles: Sequence[str], seconds: float, turn: int, expected: float
) -> dict[str, float]:
    """Measure one call with more and more rows, as far as patience goes."""
    found = {}
    for rows in ROWS:
        if rows / expected > PATIENCE * seconds:
            break
        texts = chosen(titles, turn * 1999, rows)
        started = time.perf_counter()
        peer.predict(texts)
        found[f"rows_{rows}.products_per_second"] = rows / (time.perf_counter() - started)
    return found


def end_to_end(peer: Peer, titles: Sequence[str], seconds: float, expected: float) -> dict[str, float]:
    """Measure a CSV file read, normalised, tagged by 256 and written, with as many rows as time allows."""
    rows = max(16, min(FILE_ROWS, int(expected * seconds)))
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "stock.csv", Path(folder) / "tagged.csv"
        with source.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([[title] for title in chosen(titles, 0, rows)])
        started = time.perf_counter()
        with source.open(encoding="utf-8", newline="") as read, target.open("w", encoding="utf-8") as written:
            writer, lines = csv.writer(written), list(csv.reader(read))
            for start in range(0, len(lines), 256):
                part = lines[start : start + 256]
                texts = [title if peer.normalises else product_text(Product(title)) for (title,) in part]
                tags = peer.predict(texts)
                writer.writerows([title, tag] for (title,), tag in zip(part, tags, strict=True))
        return {"end_to_end.rows_per_second": rows / (time.perf_counter() - started)}


def threaded(peer: Peer, titles: Sequence[str], seconds: float, threads: int) -> dict[str, float]:
    """Measure a stream with another number of threads."""
    size = stream_size(warm_up(peer, titles, seconds), seconds)
    rates = [fed(peer, titles, size, seconds, turn * 5003).products_per_second for turn in range(REPEATS)]
    return {f"threads_{threads}.products_per_second": statistics.median(rates)}
