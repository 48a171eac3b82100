"""A report as one HTML page: no script, no network, light and dark, from a phone to a wide screen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

from tagrt_bench.pages.plots import Plot
from tagrt_bench.pages.tables import Table, is_ours
from tagrt_bench.pages.theme import variables
from tagrt_bench.pages.words import SECTIONS, TITLE

STYLE = """
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);font:16px/1.5 system-ui,"Noto Sans CJK SC",sans-serif}
main{max-width:1180px;margin:0 auto;padding:1.2rem 1rem 4rem}
h1{font-size:1.55rem;line-height:1.25;margin:.6rem 0}
h2{font-size:1.15rem;margin:2.2rem 0 .4rem}
p{max-width:75ch;margin:.4rem 0}
.verdict{font-size:1.05rem;border-left:4px solid var(--ours);padding:.3rem 0 .3rem .8rem}
.muted{color:var(--muted);font-size:.9rem}
.plots{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,350px),1fr));gap:1rem;margin-top:1rem}
figure{margin:0;padding:.8rem;background:var(--panel);border:1px solid var(--line);border-radius:8px}
figcaption b{display:block}
figcaption{font-size:.88rem;margin-bottom:.4rem}
figure svg{width:100%;height:auto;display:block;max-width:480px;margin:0 auto}
svg text{font-family:system-ui,sans-serif!important}
.wide{overflow-x:auto;border:1px solid var(--line);border-radius:8px;margin:.6rem 0}
table{border-collapse:collapse;font-size:.86rem;font-variant-numeric:tabular-nums;width:100%}
th,td{padding:.35rem .6rem;text-align:left;border-bottom:1px solid var(--line);vertical-align:top}
td.figure{white-space:nowrap}
th{background:var(--panel);font-weight:600;white-space:nowrap}
tr:last-child td{border-bottom:0}
tr.ours td{font-weight:600;color:var(--ours)}
"""


def page(report: dict[str, Any], plots: Sequence[Plot]) -> str:
    """Return the page."""
    return "\n".join(
        [
            '<!doctype html><html lang="en"><head><meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width,initial-scale=1">',
            '<meta name="color-scheme" content="light dark"><link rel="icon" href="data:,">',
            f"<title>{escape(TITLE)}</title><style>{variables()}{STYLE}</style></head><body><main>",
            f'<h1>{escape(TITLE)}</h1><p class="verdict">{escape(report["verdict"])}</p>',
            f'<p class="muted">{escape(_made(report))}</p>',
            '<section class="plots" aria-label="Plots">',
            *(_figure(plot) for plot in plots),
            "</section>",
            *_sections(report),
            "</main></body></html>\n",
        ]
    )


def _sections(report: dict[str, Any]) -> Iterable[str]:
    for heading, text, table in SECTIONS:
        rows = table(report)
        if len(rows) > 1:
            paragraph = f"<p>{escape(text)}</p>" if text else ""
            yield f"<section><h2>{escape(heading)}</h2>{paragraph}{_table(rows, report)}</section>"


def _figure(plot: Plot) -> str:
    words = f"<figcaption><b>{escape(plot.title)}</b>{escape(plot.text)}</figcaption>"
    svg = plot.svg.replace("<svg", f'<svg role="img" aria-label="{escape(plot.title)}"', 1)
    return f'<figure id="{plot.name}">{words}{svg}</figure>'


def _table(rows: Table, report: dict[str, Any]) -> str:
    head = "".join(f"<th>{escape(cell)}</th>" for cell in rows[0])
    body = "".join(_row(row, is_ours(row, report)) for row in rows[1:])
    return f'<div class="wide"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def _row(cells: list[str], ours: bool) -> str:
    kind = ' class="ours"' if ours else ""
    return f"<tr{kind}>" + "".join(f"<td{_kind(cell)}>{escape(cell)}</td>" for cell in cells) + "</tr>"


def _kind(cell: str) -> str:
    return ' class="figure"' if cell[:1].isdigit() and len(cell) < 24 else ""


def _made(report: dict[str, Any]) -> str:
    machine = report["machine"]
    return f"{machine['processor']}, {report['settings']['threads']} threads. {report['created']}."
