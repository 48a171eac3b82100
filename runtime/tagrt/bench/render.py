"""Reports and comparisons as text for a terminal of 80 columns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from tagrt.bench.compare import Change, Line
from tagrt.bench.measure import Measure


def render_quick(report: dict[str, Any]) -> str:
    """Return the machine, a table of figures and the verdict of a quick report."""
    machine, peer = report["machine"], report["peers"][0]
    rows = [["figure", "median", "from", "to"]]
    for record in peer["measures"]:
        measure = Measure.from_json(record)
        values = (measure.median, measure.low, measure.high)
        rows.append([measure.name, *(shown(value, measure.unit) for value in values)])
    return "\n".join(
        [
            f"{peer['title']}, tagrt {peer['version']}",
            f"{machine['processor']}, {machine['cpus']} CPUs, {report['settings']['threads']} threads",
            "",
            table(rows),
            "",
            report["verdict"],
        ]
    )


def render_lines(lines: Iterable[Line]) -> str:
    """Return the table of a comparison."""
    rows = [["peer", "figure", "old", "new", "change", ""]]
    for line in lines:
        old, new = (shown(m.median, m.unit) if m else "-" for m in (line.old, line.new))
        word = "" if line.change is Change.SAME else str(line.change)
        rows.append([line.peer, line.name, old, new, _percent(line), word])
    return table(rows)


def shown(value: float, unit: str) -> str:
    """Return a figure with its unit, as short as it is readable."""
    if unit == "bytes":
        return f"{value / 1e6:,.1f} MB"
    if unit == "share":
        return f"{value:.3f}"
    digits = f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
    return f"{digits} {unit}".strip()


def table(rows: Sequence[Sequence[str]]) -> str:
    """Return rows in columns; the first row is the header."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    padded = ((cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)
    return "\n".join("  ".join(cells).rstrip() for cells in padded)


def _percent(line: Line) -> str:
    if not line.old or not line.new or not line.old.median:
        return ""
    return f"{(line.new.median / line.old.median - 1) * 100:+.1f} %"
