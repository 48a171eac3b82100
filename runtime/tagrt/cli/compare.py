"""`tagrt compare`: two models on the same golden rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from tagrt import Tagger
    from tagrt.compare import Comparison
    from tagrt.compare.compare import Difference

EPILOG = """\b
Examples:
  tagrt compare base my-bundle --on rows.jsonl         base is the shipped model
  tagrt compare old-bundle my-bundle --on rows.jsonl --tags 0 > everything.tsv
"""
_SHOWN = {
    "hf1": "hF1 of the best guess",
    "top": "top level right",
    "exact": "exact",
    "auto": "decided without a person",
    "auto_hp": "precision of these (hP)",
}


@click.command("compare", short_help="Compare two models on golden rows.", epilog=EPILOG)
@click.argument("old", type=click.Path(path_type=Path))
@click.argument("new", type=click.Path(path_type=Path))
@click.option(
    "--on", "golden", type=click.Path(path_type=Path), required=True, help="Golden rows: text, tag."
)
@click.option("--title-only", is_flag=True, help="Judge by the titles alone.")
@click.option("--tags", "most", type=click.IntRange(min=0), default=20, show_default=True,
              help="Tags and moved pairs listed; 0 for all.")  # fmt: skip
@click.option("--no-speed", is_flag=True, help="Do not measure the speed.")
def command(old: Path, new: Path, golden: Path, title_only: bool, most: int, no_speed: bool) -> None:
    """Judge the bundles OLD and NEW by golden rows: figures with 95 % intervals, per tag, moved tags.

    An interval of NEW - OLD that lies wholly below 0 means worse, wholly above it better.
    """
    from tagrt.compare import compare, read_golden

    rows = read_golden(golden, title_only)
    found = compare(tagger_of(old), tagger_of(new), rows, timed=not no_speed)
    for line in lines(found, most):
        click.echo(line)


def tagger_of(bundle: Path) -> Tagger:
    """Return the tagger of a bundle on one thread; `base` is the shipped one."""
    from tagrt import Tagger

    return Tagger.load(None if str(bundle) == "base" and not bundle.exists() else bundle, threads=1)


def lines(found: Comparison, most: int) -> Iterator[str]:
    """Give a comparison as lines of cells with tabs between."""
    cut = most or None
    yield f"old\t{found.old.name}\t{found.old.megabytes:.1f} MB{_speed(found.old.rows_per_second)}"
    yield f"new\t{found.new.name}\t{found.new.megabytes:.1f} MB{_speed(found.new.rows_per_second)}"
    more = f"\t{found.left_out:,} left out: one of the models lacks their tag" if found.left_out else ""
    yield f"rows\t{found.rows:,}{more}"
    if found.only_new[0]:
        count, hf1, exact = found.only_new
        yield f"new tags\t{count:,} of these rows\tby the new model alone: hF1 {hf1:.4f}, exact {exact:.4f}"
    yield "\nfigure\trows\told\tnew\tdifference\tinterval\t"
    yield from (_line(d, _SHOWN[d.name]) for d in found.overall)
    yield "\ntag (hF1)\trows\told\tnew\tdifference\tinterval\t"
    yield from (_line(d, d.name) for d in _telling(found.tags)[:cut])
    yield "\nold guess\tnew guess\trows"
    yield from (f"{before or '-'}\t{after or '-'}\t{count}" for before, after, count in found.moved[:cut])


def _telling(tags: Sequence[Difference]) -> list[Difference]:
    """Return the tags that changed, the largest loss or gain over all rows first."""
    changed = [tag for tag in tags if tag.old != tag.new]
    return sorted(changed, key=lambda d: (-abs((d.new - d.old) * d.rows), d.name))


def _line(d: Difference, name: str) -> str:
    says = "worse" if d.worse else "better" if d.better else ""
    interval = f"{d.low:+.4f} .. {d.high:+.4f}" if d.high - d.low < 2 else "too few rows"
    return f"{name}\t{d.rows}\t{d.old:.4f}\t{d.new:.4f}\t{d.new - d.old:+.4f}\t{interval}\t{says}"


def _speed(rows_per_second: float) -> str:
    return f"\t{rows_per_second:,.0f} rows/s on one thread" if rows_per_second else ""
