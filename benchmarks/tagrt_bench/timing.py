"""How fast a peer is: one round of every figure, in a process that does nothing else."""

from __future__ import annotations

import csv
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from tagrt.bench.loops import chosen, percentile, rate
from tagrt.bench.memory import peak_memory
from tagrt.text import product_text
from tagrt.types import Product
from tagrt_bench.peers.protocol import Peer

BATCHES = (1, 16, 64, 256)
ROWS = (100, 1000, 10_000)
FILE_ROWS = 20_000
PATIENCE = 4
"""A figure that would take so many times its share of time is left out."""


def warm_up(peer: Peer, titles: Sequence[str], seconds: float) -> None:
    """Let everything be loaded and compiled, for single titles and for batches."""
    rate(peer.predict, titles, 1, seconds / 4, first=11)
    rate(peer.predict, titles, 64, seconds / 2, first=777)


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
    warm_up(peer, titles, seconds)
    found: dict[str, float] = {}
    single: list[float] = []
    for size in BATCHES:
        measure = rate(peer.predict, titles, size, seconds, first=turn * 1999)
        found[f"batch_{size}.products_per_second"] = measure.products_per_second
        found[f"batch_{size}.cpu_seconds_per_1000"] = measure.cpu_seconds_per_1000
        single = single or measure.milliseconds
    for share in (50, 95, 99):
        found[f"one_title.p{share}_ms"] = percentile(single, share / 100)
    expected = found["batch_256.products_per_second"]
    found.update(by_rows(peer, titles, seconds, turn, expected))
    found.update(end_to_end(peer, titles, seconds, expected))
    peak = peak_memory()
    return {**found, **({"process.peak.bytes": float(peak)} if peak else {})}, single


def by_rows(
    peer: Peer, titles: Sequence[str], seconds: float, turn: int, expected: float
) -> dict[str, float]:
    """Measure one call with more and more rows, as far as patience goes."""
    found = {}
    for rows in ROWS:
        if rows / expected > PATIENCE * seconds and rows > ROWS[0]:
            break
        texts = chosen(titles, turn * 1999, rows)
        started = time.perf_counter()
        peer.predict(texts)
        found[f"rows_{rows}.products_per_second"] = rows / (time.perf_counter() - started)
    return found


def end_to_end(peer: Peer, titles: Sequence[str], seconds: float, expected: float) -> dict[str, float]:
    """Measure a CSV file read, normalised, tagged by 256 and written, with as many rows as time allows."""
    rows = max(64, min(FILE_ROWS, int(expected * seconds)))
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "stock.csv", Path(folder) / "tagged.csv"
        with source.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([[title] for title in chosen(titles, 0, rows)])
        started = time.perf_counter()
        with source.open(encoding="utf-8", newline="") as read, target.open("w", encoding="utf-8") as written:
            writer, lines = csv.writer(written), list(csv.reader(read))
            for start in range(0, len(lines), 256):
                part = lines[start : start + 256]
                tags = peer.predict([product_text(Product(title)) for (title,) in part])
                writer.writerows([title, tag] for (title,), tag in zip(part, tags, strict=True))
        return {"end_to_end.rows_per_second": rows / (time.perf_counter() - started)}


def threaded(peer: Peer, titles: Sequence[str], seconds: float, threads: int) -> dict[str, float]:
    """Measure large batches with another number of threads."""
    warm_up(peer, titles, seconds)
    found = [rate(peer.predict, titles, 2048, seconds, first=n * 5003, most=None) for n in range(3)]
    middle = sorted(measure.products_per_second for measure in found)[1]
    return {f"threads_{threads}.products_per_second": middle}
