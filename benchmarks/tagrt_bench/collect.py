"""The results of a work folder as one report."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from pathlib import Path
from typing import Any

from tagrt.bench.loops import percentile
from tagrt.bench.machine import commit, versions
from tagrt.bench.measure import Measure, named
from tagrt.bench.options import ReportOptions
from tagrt.bench.report import frame
from tagrt_bench.driver import seconds_spent
from tagrt_bench.findings import findings
from tagrt_bench.peers import chosen_peers
from tagrt_bench.rows import DEV, TRAIN


def collect(options: ReportOptions, work: Path, command: str) -> dict[str, Any]:
    """Return the report of everything that is measured.

    Args:
        options: What the report was asked with.
        work: Folder of the results.
        command: What was called.
    """
    peers = [peer_record(name, work / name) for name in chosen_peers(options.peers)]
    dev = {path.stem: _lines(path) for path in sorted((work / DEV).glob("*.jsonl"))}
    report = {
        **frame("full", command, versions(), commit(Path(__file__).parent)),
        "wall_seconds": round(seconds_spent(work, 0.0), 1),
        "settings": {
            "rows": options.rows, "encoder_rows": options.encoder_rows, "rounds": options.rounds,
            "seconds": options.seconds, "threads": options.threads,
        },
        "data": {"train": _lines(work / TRAIN), "dev": dev},
        "verdict": "",
        "peers": peers,
    }  # fmt: skip
    return {**report, "verdict": " ".join(findings(report))}


def peer_record(name: str, folder: Path) -> dict[str, Any]:
    """Return the record of one peer."""
    fitted = _read(folder / "fit.json")
    if not fitted:
        return {**_blank(name), "skipped": _why(folder)}
    judged = _read(folder / "accuracy.json") or {"measures": [], "reliability": []}
    speeds = [_read(path) for path in sorted(folder.glob("speed-*.json"))]
    others = [_read(path) for path in sorted(folder.glob("threads-*.json"))]
    values: dict[str, list[float]] = defaultdict(list)
    for result in (fitted, *speeds, *others):
        for figure, value in result["figures"].items():
            values[figure].append(value)
    single = sorted(ms for result in speeds for ms in result["latency_ms"])
    timed = [named(figure, found) for figure, found in values.items()]
    record = {
        **_blank(name),
        "title": fitted["title"],
        "licence": fitted["licence"],
        "version": ", ".join(f"{k} {v}" for k, v in fitted["versions"].items() if k != "python"),
        "note": fitted["note"],
        "speed_only": fitted["speed_only"],
        "training_rows": fitted["training_rows"],
        "measures": [*judged["measures"], *(measure.to_json() for measure in timed)],
        "reliability": judged["reliability"],
        "latency_ms": [round(percentile(single, at / 100), 4) for at in range(100)] if single else [],
    }
    missing = _why(folder)
    return {**record, "note": "; ".join(filter(None, (record["note"], missing)))}


def measures_of(peer: dict[str, Any]) -> dict[str, Measure]:
    """Return a record's measures by name."""
    return {record["name"]: Measure.from_json(record) for record in peer["measures"]}


def _blank(name: str) -> dict[str, Any]:
    title = re.sub(r"-", " ", name)
    return {"name": name, "title": title, "version": "", "licence": "", "measures": []}


def _why(folder: Path) -> str:
    """Return why stages that have no result failed."""
    failed = [path for path in sorted(folder.glob("*.failed")) if not path.with_suffix(".json").is_file()]
    return (
        failed[0].read_text(encoding="utf-8")
        if failed
        else ""
        if (folder / "fit.json").is_file()
        else "not run"
    )


def _read(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    return found


def _lines(path: Path) -> int:
    with path.open("rb") as file:
        return sum(1 for _ in file)
