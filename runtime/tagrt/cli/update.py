"""`tagrt update`: a store brought up to date with a file, a model, corrections and policy."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from tagrt.cli import options
from tagrt.cli.signals import terminable
from tagrt.types import ExitCode, Language

EPILOG = """\b
Examples:
  tagrt update stock.csv --store shop.db
  tagrt update stock.csv --store shop.db --output stock.tagged.csv
  tagrt update stock.csv --store shop.db --policy policy.toml
  tagrt update branch2.csv --store shop.db --partial      a file with a part of the shop
  tagrt update --store shop.db --model my-bundle          a new model for what no person decided
  tagrt update --store shop.db > moved.tsv                tag before, tag now, number of products

\b
Exit codes: 0 done, 1 done, but some rows could not be read (they are in NAME.rejected.csv), 2 wrong usage,
3 bad file or store, 4 bad model, 130 interrupted.
"""


@click.command("update", short_help="Tag only what changed.", epilog=EPILOG)
@click.argument("file", type=click.Path(path_type=Path), required=False)
@options.store
@options.columns
@options.no_header
@options.model
@options.vocabulary
@options.policy
@click.option("--partial", is_flag=True, help="FILE holds a part of the shop: nothing has vanished.")
@click.option(
    "--report",
    type=click.Path(path_type=Path),
    help="Where every change is written (CSV).  [default: NAME.changes.csv]",
)
@click.option(
    "--output", type=click.Path(path_type=Path), help="Also write FILE with the tags that the store has now."
)
@options.language
@click.option("--threads", type=click.IntRange(min=1), help="Threads to use.  [default: all cores]")
@click.option("--quiet", is_flag=True, help="No progress and no report on the screen.")
@click.pass_context
def command(
    ctx: click.Context,
    /,
    file: Path | None,
    store: Path,
    model: Path | None,
    vocabulary: Path | None,
    policy: Path | None,
    partial: bool,
    report: Path | None,
    output: Path | None,
    lang: str,
    threads: int | None,
    quiet: bool,
    encoding: str | None,
    delimiter: str | None,
    no_header: bool,
    **columns: str | None,
) -> None:
    """Tag the new and changed products of FILE; those that are as before cost a look-up.

    What a person decided stands: if the product's text changed since, it goes to review. Products like
    corrected ones take the tags of those. Products that are no longer in FILE stay in the store, as vanished.

    Without FILE, or with --model, products that another model tagged are tagged again; every tag that moved
    is listed on stdout. The same update a second time changes nothing; one that was killed is gone on with.
    """
    from tagrt import Tagger
    from tagrt.cli.run import ProgressLine
    from tagrt.errors import UsageError
    from tagrt.policy import open_shop
    from tagrt.run import STDOUT
    from tagrt.run.targets import refuse_same
    from tagrt.tables import ColumnNames
    from tagrt.update import UpdateOptions, render_report, update_store, write_tagged

    if file is None and (output or partial):
        raise UsageError("--output and --partial need a FILE")
    refuse_same(output, file, store)
    if output and report and output.absolute() == report.absolute():
        raise UsageError(f"--output and --report are both {output}: give each a file of its own")
    if report == STDOUT:
        raise UsageError("tags that moved go to standard output: give --report a file")
    if output == STDOUT:
        raise UsageError("tags that moved go to standard output: give --output a file")
    chosen = UpdateOptions(
        ColumnNames(**columns),
        encoding,
        delimiter,
        headed=not no_header,
        partial=partial,
        retag=file is None or model is not None,
        report=report,
    )
    bar = None if quiet or not sys.stderr.isatty() else ProgressLine()
    try:
        with terminable():
            tagger = Tagger.load(model, vocabulary=vocabulary, threads=threads)
            shop = open_shop(tagger, store, policy, create=file is not None)
            done = update_store(shop, store, file, chosen, on_progress=bar)
            if file and output:
                write_tagged(shop, store, file, output, chosen, Language(lang))
    except KeyboardInterrupt:
        click.echo("\ninterrupted: the same command goes on where it stopped", err=True)
        ctx.exit(int(ExitCode.INTERRUPTED))
    finally:
        if bar:
            bar.clear()
    for before, after, count in done.moved:
        click.echo(f"{before}\t{after}\t{count}")
    if not quiet:
        click.echo(render_report(done), err=True)
    ctx.exit(int(done.exit_code))
