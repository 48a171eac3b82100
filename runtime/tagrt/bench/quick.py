"""The shipped model on this machine, with the base install alone, in about a minute."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from tagrt import Tagger
from tagrt.bench.loops import percentile, rate
from tagrt.bench.machine import versions
from tagrt.bench.measure import Measure, named
from tagrt.bench.report import frame
from tagrt.bench.titles import made_titles
from tagrt.bench.verdict import verdict
from tagrt.errors import TagrtError

BATCHES = (1, 16, 64, 256)
ROUNDS = 5
SECONDS = 0.8
"""Time for one figure in one round."""

LIMIT = 75
"""Seconds after which no further round starts: a slow machine gets fewer."""

RUN_ROWS = 20_000
Say = Callable[[str], None]

_RUN = """
import sys
from tagrt.bench.memory import peak_memory
from tagrt.cli.main import main
code = main(sys.argv[1:])
print(peak_memory() or 0)
sys.exit(code)
"""


def quick_report(
    model: Path | None,
    threads: int | None,
    say: Say,
    rounds: int = ROUNDS,
    seconds: float = SECONDS,
    rows: int = RUN_ROWS,
    command: str = "tagrt bench --quick",
) -> dict[str, Any]:
    """Measure speed, latency, memory and start, round by round so that a drifting machine hurts all alike.

    Args:
        model: Bundle folder; the shipped one if None.
        threads: Threads for batches; all CPUs if None.
        say: Told what is being measured.
        rounds: Repetitions of every figure.
        seconds: Time for one figure in one round.
        rows: Rows of the file that is tagged from end to end.
        command: What was called, for the record.

    Returns:
        A report as `report.schema.json` describes it.
    """
    started = time.perf_counter()
    tagger = Tagger.load(model, threads=threads)
    titles = made_titles(tagger.taxonomy, rows)
    warm_up(tagger, titles)
    found: dict[str, list[float]] = defaultdict(list)
    with tempfile.TemporaryDirectory() as folder:
        stock = write_stock(titles, Path(folder) / "stock.csv")
        for turn in range(rounds):
            if turn and time.perf_counter() - started > LIMIT:
                break
            say(f"round {turn + 1} of {rounds}: batches, single titles, a new process, a whole file")
            for figures in (
                batch_figures(tagger, titles, seconds, turn),
                scaling(tagger, titles, seconds, turn),
                cold_start(model),
                whole_file(stock, rows, model, tagger.threads),
            ):
                for name, value in figures.items():
                    found[name].append(value)
    found["model.bytes"] = [float(sum(f.stat().st_size for f in tagger.bundle.path.iterdir() if f.is_file()))]
    measures = [named(name, values) for name, values in found.items()]
    manifest = tagger.bundle.manifest
    return {
        **frame("quick", command, versions()),
        "wall_seconds": round(time.perf_counter() - started, 1),
        "settings": {"threads": tagger.threads, "rounds": rounds, "seconds": seconds, "rows": rows},
        "verdict": verdict_of({measure.name: measure for measure in measures}),
        "peers": [
            {
                "name": "tagrt",
                "title": f"{manifest.name} {manifest.version}",
                "version": versions(("tagrt",)).get("tagrt", ""),
                "licence": "Apache-2.0",
                "measures": [measure.to_json() for measure in measures],
            }
        ],
    }


def verdict_of(measures: dict[str, Measure]) -> str:
    """Return the verdict on a quick report's measures."""
    memory = measures.get("run.peak.bytes")
    return verdict(
        measures["run.rows_per_second"].median,
        measures["one_title.p50_ms"].median,
        memory.median if memory else None,
    )


def warm_up(tagger: Tagger, titles: Sequence[str]) -> None:
    """Load what is loaded lazily, and tag some titles."""
    for title in titles[:50]:
        tagger.tag(title)
    list(tagger.tag_many(titles[:2000]))


def batch_figures(tagger: Tagger, titles: Sequence[str], seconds: float, turn: int) -> dict[str, float]:
    """Measure fixed batch sizes and a stream; batches of one give the latency of a title."""
    found = {}
    for size in BATCHES:
        start = turn * len(titles) // 7
        measure = rate(lambda texts: list(tagger.tag_many(texts)), titles, size, seconds, first=start)
        found[f"batch_{size}.products_per_second"] = measure.products_per_second
    single = rate(lambda texts: tagger.tag(texts[0]), titles, 1, seconds, first=turn * 997)
    for share in (50, 95, 99):
        found[f"one_title.p{share}_ms"] = percentile(single.milliseconds, share / 100)
    return found


def scaling(tagger: Tagger, titles: Sequence[str], seconds: float, turn: int) -> dict[str, float]:
    """Measure a stream of titles with one thread and with all; CPU time with all."""
    found = {}
    for threads in sorted({1, tagger.threads}):
        other = Tagger(tagger.bundle, threads=threads)
        warm_up(other, titles)
        size = min(8192, len(titles))
        measure = rate(
            lambda texts, other=other: list(other.tag_many(texts)),  # type: ignore[misc]
            titles, size, seconds, first=turn * size,
        )  # fmt: skip
        found[f"threads_{threads}.products_per_second"] = measure.products_per_second
        found["stream.products_per_second"] = measure.products_per_second
        found["stream.cpu_seconds_per_1000"] = measure.cpu_seconds_per_1000
    return found


def cold_start(model: Path | None) -> dict[str, float]:
    """Measure a new process up to its first tag."""
    words = ["--model", str(model)] if model else []
    started = time.perf_counter()
    child(["-m", "tagrt", "tag", *words, "USB-C charger 65W"])
    return {"cold_start.seconds": time.perf_counter() - started}


def whole_file(stock: Path, rows: int, model: Path | None, threads: int) -> dict[str, float]:
    """Measure `tagrt run` on a file in a process of its own, with its peak memory."""
    words = ["run", str(stock), "--quiet", "--threads", str(threads)]
    started = time.perf_counter()
    said = child(["-c", _RUN, *words, *(["--model", str(model)] if model else [])])
    seconds = time.perf_counter() - started
    found = {"run.rows_per_second": rows / seconds}
    peak = int(said.split()[-1])
    return {**found, "run.peak.bytes": float(peak)} if peak else found


def child(words: list[str]) -> str:
    """Run this Python on some words and return what it says.

    Raises:
        TagrtError: If it fails.
    """
    path = os.pathsep.join(p for p in sys.path if p)
    done = subprocess.run(
        [sys.executable, *words], capture_output=True, text=True, encoding="utf-8",
        env={**os.environ, "PYTHONPATH": path},
    )  # fmt: skip
    if done.returncode:
        raise TagrtError(f"a measured process failed ({done.returncode}): {done.stderr.strip()[-500:]}")
    return done.stdout


def write_stock(titles: Sequence[str], path: Path) -> Path:
    """Write a shop's file: key and title."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["SKU", "Title"])
        writer.writerows([str(number), title] for number, title in enumerate(titles))
    return path
