"""The tables of a report, as rows of texts: for Markdown and HTML alike."""

from __future__ import annotations

from typing import Any

from tagrt.bench.measure import Measure
from tagrt.bench.render import shown
from tagrt_bench.findings import OURS, beaten, by_peer

Table = list[list[str]]

ACCURACY = ("hf1.macro", "top.macro", "exact.macro", "coverage_95.macro", "ece.macro", "consistency.all")
ACCURACY_HEAD = ("hF1", "top", "exact", "covered at 95 %", "ECE", "consistency")
SPEED = (
    "batch_1.products_per_second", "batch_16.products_per_second", "batch_64.products_per_second",
    "batch_256.products_per_second", "stream.products_per_second", "end_to_end.rows_per_second",
    "one_title.p50_ms", "one_title.p95_ms", "one_title.p99_ms",
)  # fmt: skip
SPEED_HEAD = ("batch 1", "batch 16", "batch 64", "batch 256", "stream", "file to file", "p50", "p95", "p99")
COST = (
    "stream.cpu_seconds_per_1000", "process.peak.bytes", "cold_start.seconds", "model.bytes",
    "install.bytes", "fit.seconds",
)  # fmt: skip
COST_HEAD = ("CPU s per 1,000", "peak memory", "start to first tag", "model", "install", "training")


def accuracy_table(report: dict[str, Any]) -> Table:
    """Return how well the peers tag that mean anything by it."""
    return _figures(report, ACCURACY, ACCURACY_HEAD)


def sets_table(report: dict[str, Any]) -> Table:
    """Return hF1 per dev set."""
    sets = list(report["data"]["dev"])
    return _figures(report, tuple(f"hf1.{name}" for name in sets), tuple(sets))


def speed_table(report: dict[str, Any]) -> Table:
    """Return products per second and times of one title."""
    return _figures(report, SPEED, SPEED_HEAD)


def cost_table(report: dict[str, Any]) -> Table:
    """Return what a peer costs."""
    return _figures(report, COST, COST_HEAD)


def beaten_table(report: dict[str, Any]) -> Table:
    """Return every measure on which a peer is ahead of ours, its hF1, and what would close the gap."""
    measures = by_peer(report)
    rows = [["measure", "ours", "best peer", "its figure", "its hF1", "what would close it"]]
    for one in beaten(report):
        own, theirs = shown(one.ours.median, one.ours.unit), shown(one.theirs.median, one.theirs.unit)
        hf1 = _cell(measures[one.peer["name"]].get("hf1.macro"))
        rows.append([one.question.what, own, _title(one.peer), theirs, hf1, one.closing])
    return rows


def peers_table(report: dict[str, Any]) -> Table:
    """Return who was measured: versions, licences, training rows, notes, and why some were not."""
    rows = [["", "peer", "versions", "licence", "trained on", "note"]]
    for number, peer in enumerate(report["peers"], 1):
        trained = peer.get("training_rows") or 0
        left_out = f"not measured: {peer['skipped']}" if peer.get("skipped") else ""
        note = "; ".join(filter(None, (peer.get("note", ""), left_out)))
        used = f"{trained:,} rows" if trained else "-"
        rows.append([str(number), _title(peer), peer["version"], peer["licence"], used, note])
    return rows


def facts_table(report: dict[str, Any]) -> Table:
    """Return machine, versions, settings and rows."""
    machine, data = report["machine"], report["data"]
    memory = f", {machine['memory_bytes'] / 2**30:.0f} GiB" if machine["memory_bytes"] else ""
    settings = ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in report["settings"].items())
    return [
        ["fact", "value"],
        ["machine", f"{machine['processor']}, {machine['cpus']} CPUs{memory}, {machine['system']}"],
        ["instructions", ", ".join(machine["instructions"]) or "not told"],
        ["versions", ", ".join(f"{name} {value}" for name, value in report["versions"].items())],
        ["commit", report["commit"] or "none"],
        ["made", f"{report['created']} by  {report['command']}"],
        ["wall time", f"{report['wall_seconds'] / 60:.1f} minutes"],
        ["settings", settings],
        ["rows", f"{data['train']:,} for training; dev sets: "
                 + ", ".join(f"{name} {rows:,}" for name, rows in data["dev"].items())],
    ]  # fmt: skip


def is_ours(cells: list[str], report: dict[str, Any]) -> bool:
    """Tell whether a row of a table is that of the product itself."""
    titles = {_title(peer) for peer in report["peers"] if peer["name"] == OURS}
    return len(cells) > 1 and cells[1] in titles


def _figures(report: dict[str, Any], names: tuple[str, ...], head: tuple[str, ...]) -> Table:
    measures = by_peer(report)
    rows = [["", "peer", *head]]
    for number, peer in enumerate(report["peers"], 1):
        found = measures[peer["name"]]
        if any(name in found for name in names):
            rows.append([str(number), _title(peer), *(_cell(found.get(name)) for name in names)])
    return rows


def _cell(measure: Measure | None) -> str:
    if measure is None:
        return "-"
    if measure.unit == "share":
        spread = (measure.high - measure.low) / 2
        return f"{measure.median:.3f}" + (f" ±{spread:.3f}" if spread > 0 else "")
    text = shown(measure.median, measure.unit).removesuffix(" products/s").removesuffix(" rows/s")
    if len(measure.values) < 2 or not measure.median:
        return text
    return f"{text} ±{(measure.high - measure.low) / 2 / measure.median * 100:.0f}%"


def _title(peer: dict[str, Any]) -> str:
    return str(peer["title"]) + (" (speed only)" if peer.get("speed_only") else "")
