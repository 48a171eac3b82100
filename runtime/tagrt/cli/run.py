"""`tagrt run`: a file in, the same file with tag columns out."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tagrt.cli import options
from tagrt.cli.signals import terminable
from tagrt.types import ExitCode, Language

if TYPE_CHECKING:
    from tagrt.run import Progress

EPILOG = """\b
Examples:
  tagrt run catalog.csv
  tagrt run 商品.csv --lang zh --vocabulary shop.toml
  tagrt run stock.csv --title "Item text" --brand 4 --delimiter ';'
  tagrt run stock.jsonl.gz --format csv --output - > tagged.csv
  tagrt run catalog.csv --resume        goes on with a run that was cut
  tagrt run catalog.csv --store shop.db   what people decided (tagrt correct) stands
  tagrt run catalog.csv --profile       says where the time goes

\b
Exit codes: 0 all rows tagged, 1 some rows could not be read (they are listed
in NAME.rejected.csv, and in the output), 2 wrong usage, 3 bad input or output file, 4 bad model,
130 interrupted.
"""

_BAR = 24


@click.command("run", short_help="Tag a CSV, TSV or JSONL file.", epilog=EPILOG)
@click.argument("file", type=click.Path(path_type=Path))
@options.columns
@options.no_header
@options.language
@click.option(
    "--format",
    "output_format",
    type=click.Choice(["csv", "jsonl", "xlsx", "parquet"]),
    help="[default: as the name of --output says, else as FILE]",
)
@click.option(
    "--output",
    metavar="PATH",
    type=click.Path(path_type=Path),
    help="[default: NAME.tagged.csv]  - is stdout.",
)
@options.vocabulary
@options.model
@options.policy
@click.option("--threads", type=click.IntRange(min=1), help="Threads to use.  [default: all cores]")
@click.option(
    "--store",
    type=click.Path(path_type=Path),
    help="Keep products, tags and what people decide in this file (SQLite); that stands in later runs.",
)
@click.option(
    "--resume", is_flag=True, help="Go on with an unfinished run of FILE; start anew if there is none."
)
@click.option("--sanitize", is_flag=True, help="Disarm cells of FILE that a spreadsheet takes for formulas.")
@click.option("--profile", is_flag=True, help="Show the share of each stage in the CPU time.")
@click.option("--quiet", is_flag=True, help="No progress and no summary.")
@click.pass_context
def command(
    ctx: click.Context,
    /,
    file: Path,
    lang: str,
    output_format: str | None,
    output: Path | None,
    encoding: str | None,
    delimiter: str | None,
    no_header: bool,
    vocabulary: Path | None,
    model: Path | None,
    policy: Path | None,
    threads: int | None,
    store: Path | None,
    resume: bool,
    sanitize: bool,
    profile: bool,
    quiet: bool,
    **columns: str | None,
) -> None:
    """Tag every row of FILE (CSV, TSV, JSONL, also .gz; .xlsx and .parquet with their extras).

    The result is written beside FILE with every row and column kept and the columns tag_path, tag_id,
    tag, probability, best_id, best_probability, decision and reason added. Title, brand and other
    columns are found by the headers of Shopify, WooCommerce, Odoo, Square, Loyverse, ERPNext and by
    Chinese headers.

    A run that is interrupted, killed or finds the disk full loses nothing: --resume goes on with it.
    """
    from tagrt import Tagger
    from tagrt.policy import open_shop
    from tagrt.run import STDOUT, RunOptions, render_profile, render_summary, run_file
    from tagrt.tables import ColumnNames

    chosen = RunOptions(
        columns=ColumnNames(**columns),
        encoding=encoding,
        delimiter=delimiter,
        headed=not no_header,
        language=Language(lang),
        format=output_format,
        output=output,
        store=store,
        resume=resume,
        sanitize=sanitize,
    )
    bar = None if quiet or not sys.stderr.isatty() else ProgressLine()
    try:
        with terminable():
            tagger = Tagger.load(model, vocabulary=vocabulary, threads=threads)
            shop = open_shop(tagger, store, policy)
            summary = run_file(shop, file, chosen, on_progress=bar)
    except KeyboardInterrupt:
        advice = "the output is incomplete" if output == STDOUT else "run it again with --resume to go on"
        click.echo(f"\ninterrupted: {advice}", err=True)
        ctx.exit(int(ExitCode.INTERRUPTED))
    finally:
        if bar:
            bar.clear()
    if not quiet:
        click.echo(render_summary(summary), err=True)
        if shop.described:
            click.echo(f"over it   {shop.described}", err=True)
    if profile:
        click.echo(render_profile(summary), err=True)
    ctx.exit(int(summary.exit_code))


class ProgressLine:
    """One line on the terminal, redrawn in place."""

    def __init__(self) -> None:
        """Draw nothing yet."""
        self._drawn = 0.0

    def __call__(self, progress: Progress) -> None:
        """Redraw, at most ten times a second."""
        now = time.monotonic()
        if now - self._drawn >= 0.1:
            self._drawn = now
            click.echo(f"\r\x1b[K{progress_text(progress)}", err=True, nl=False)

    def clear(self) -> None:
        """Leave an empty line."""
        if self._drawn:
            click.echo("\r\x1b[K", err=True, nl=False)


def progress_text(progress: Progress) -> str:
    """Return bar, share, rows, rows per second and time left, such as ``[###...]  50% ...``."""
    filled, left = round(progress.share * _BAR), int(progress.seconds_left)
    return (
        f"[{'#' * filled}{'.' * (_BAR - filled)}] {progress.share:4.0%}  {progress.rows:,} rows  "
        f"{progress.rows_per_second:,.0f} rows/s  {left // 60}:{left % 60:02d} left"
    )
