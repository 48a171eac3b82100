"""A report as Markdown, with its plots as files beside it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tagrt_bench.pages.plots import Plot
from tagrt_bench.pages.tables import Table
from tagrt_bench.pages.words import SECTIONS, TITLE


def markdown(report: dict[str, Any], plots: Sequence[Plot]) -> str:
    """Return the text."""
    parts = [f"# {TITLE}", report["verdict"]]
    parts += [f"![{plot.title}: {plot.text}](plots/{plot.name}.svg)" for plot in plots[:1]]
    for heading, text, table in SECTIONS:
        rows = table(report)
        if len(rows) > 1:
            parts += [f"## {heading}", *([text] if text else []), _table(rows)]
    parts.append("## Plots")
    parts += [f"**{p.title}.** {p.text}\n\n![{p.title}](plots/{p.name}.svg)" for p in plots[1:]]
    return "\n\n".join(parts) + "\n"


def _table(rows: Table) -> str:
    head, *body = ([cell.replace("|", "\\|") for cell in row] for row in rows)
    return "\n".join("| " + " | ".join(row) + " |" for row in (head, ["---"] * len(head), *body))
