"""Reports and comparisons as text for a terminal of 80 columns."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from typing import Any

from tagrt.bench.compare import Change, Line
from tagrt.bench.measure import Measure

_SHORT = {
    ".products_per_second": " products/s",
    ".rows_per_second": " rows/s",
    ".cpu_seconds_per_1000": " CPU s/1000",
}


def render_quick(report: dict[str, Any]) -> str:
    """Return the machine, a table of figures and the verdict of a quick report."""
    machine, peer = report["machine"], report["peers"][0]
    rows = [["figure", "median", "from", "to"]]
    for record in peer["measures"]:
        measure = Measure.from_json(record)
        values = (measure.median, measure.low, measure.high)
        rows.append([short(measure.name), *(_bare(value, measure.unit) for value in values)])
    return "\n".join(
        [
            f"{peer['title']}, tagrt {peer['version']}",
            f"{machine['processor']}, {machine['cpus']} CPUs, {report['settings']['threads']} threads",
            "",
            table(rows),
            "",
            *textwrap.wrap(report["verdict"], 79),
        ]
    )


def render_lines(lines: Iterable[Line]) -> str:
    """Return the table of a comparison."""
    rows = [["peer", "figure", "old", "new", "change", "noise", ""]]
    for line in lines:
        old, new = (
            _bare(measure.median, measure.unit) if measure else "-" for measure in (line.old, line.new)
        )
        word = "" if line.change is Change.SAME else str(line.change)
        rows.append([line.peer, short(line.name), old, new, _percent(line), _noise(line), word])
    return table(rows)


def short(name: str) -> str:
    """Return a measure's name as it stands in tables."""
    for ending, unit in _SHORT.items():
        name = name.replace(ending, unit)
    return name


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


def _bare(value: float, unit: str) -> str:
    """Return a figure without its unit, which its name tells."""
    text = shown(value, unit)
    return text if unit == "bytes" else text.partition(" ")[0]


def _noise(line: Line) -> str:
    """Return half of the wider noise band, as a share of its median."""
    halves = [(m.high - m.low) / 2 / m.median for m in (line.old, line.new) if m and m.median]
    return f"±{max(halves) * 100:.0f} %" if halves else ""


def _percent(line: Line) -> str:
    if not line.old or not line.new or not line.old.median:
        return ""
    return f"{(line.new.median / line.old.median - 1) * 100:+.1f} %"
