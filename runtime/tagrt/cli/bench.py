"""`tagrt bench`: this machine's speed, the full report against peers, and two reports compared."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tagrt.cli import options
from tagrt.cli.signals import terminable
from tagrt.errors import UsageError
from tagrt.types import ExitCode

if TYPE_CHECKING:
    from tagrt.bench.options import ReportOptions

EPILOG = """\b
Examples:
  tagrt bench --quick
  tagrt bench --quick --json > today.json
  tagrt bench compare yesterday.json today.json
  tagrt bench --report out/ --corpus path/to/corpus      pip install 'tagrt[bench]'
"""


@click.group("bench", short_help="Measure this machine.", epilog=EPILOG, invoke_without_command=True)
@click.option("--quick", is_flag=True, help="Speed, latency and memory, in about a minute.  [default]")
@click.option("--json", "as_json", is_flag=True, help="Print the quick report as JSON.")
@options.model
@click.option("--threads", type=click.IntRange(min=1), help="Threads to use.  [default: all cores]")
@click.option("--report", metavar="FOLDER", type=click.Path(path_type=Path), help="The full report, here.")
@click.option("--corpus", type=click.Path(path_type=Path), help="Full report: folder with train/ and dev/.")
@click.option("--peers", default="", metavar="NAMES", help="Full report: these peers, by comma.  [all]")
@click.option("--rows", type=click.IntRange(min=1), help="Full report: training rows at most.  [all]")
@click.option(
    "--encoder-rows", type=click.IntRange(min=1), default=20_000, show_default=True,
    help="Full report: training rows at most for peers that embed each one.",
)  # fmt: skip
@click.option("--rounds", type=click.IntRange(min=1), help="Repetitions.  [quick: 5, full: 3]")
@click.option("--seconds", type=click.FloatRange(min=0.01), help="Per figure.  [quick: 0.8, full: 1.5]")
@click.option("--student", type=click.Path(path_type=Path), help="Full report: a student's checkpoint.")
@click.option("--teacher", type=click.Path(path_type=Path), help="Full report: a teacher's checkpoint.")
@click.option(
    "--ipex-python", metavar="PATH", type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Full report: Python of an environment with IPEX.",
)  # fmt: skip
@click.pass_context
def command(
    ctx: click.Context,
    /,
    quick: bool,
    as_json: bool,
    model: Path | None,
    threads: int | None,
    report: Path | None,
    rounds: int | None,
    seconds: float | None,
    **full: Any,
) -> None:
    """Measure the model on this machine, alone or against what else could be used.

    --quick needs the base install alone and no data. --report trains and measures every peer on the same
    rows and writes report.json, report.md and report.html; what is measured already is not measured again
    after an interruption.
    """
    if ctx.invoked_subcommand:
        return
    if report is None:
        _quick(model, threads, rounds, seconds, as_json)
        return
    if quick or as_json:
        raise click.UsageError("--report writes its JSON into the folder: leave out --quick and --json")
    _full(report_options(report, model, threads, rounds, seconds, **full))


@command.command("compare", short_help="Compare two reports.")
@click.argument("old", type=click.Path(path_type=Path))
@click.argument("new", type=click.Path(path_type=Path))
@click.option(
    "--tolerance", type=click.FloatRange(min=0), default=0.05, show_default=True,
    help="Change that always counts as noise, as a share of the old figure.",
)  # fmt: skip
@click.option("--all", "everything", is_flag=True, help="Show also what lies within the noise.")
def compare_command(old: Path, new: Path, tolerance: float, everything: bool) -> int:
    """Say what is worse, better, new or gone in NEW against OLD (JSON reports of tagrt bench).

    A figure has changed if each report's median lies outside of the other's noise band, widened by the
    tolerance (by 0.005 for shares such as hF1).

    \b
    Example:
      tagrt bench compare yesterday.json today.json
    \b
    Exit codes: 0 nothing is worse, 1 something is, 2 wrong usage, 3 a report cannot be read.
    """
    from tagrt.bench.compare import Change, compare
    from tagrt.bench.render import render_lines
    from tagrt.bench.report import read_report

    before, after = read_report(old), read_report(new)
    if before.machine != after.machine:
        click.echo("note: the reports are from different machines: only accuracy and sizes compare", err=True)
    lines = list(compare(before, after, tolerance))
    shown = [line for line in lines if everything or line.change is not Change.SAME]
    if shown:
        click.echo(render_lines(shown))
    worse = sum(line.change is Change.WORSE for line in lines)
    better = sum(line.change is Change.BETTER for line in lines)
    click.echo(f"{len(lines)} figures: {worse} worse, {better} better", err=True)
    return ExitCode.WORSE if worse else ExitCode.OK


def report_options(
    folder: Path,
    model: Path | None,
    threads: int | None,
    rounds: int | None,
    seconds: float | None,
    *,
    corpus: Path | None,
    peers: str,
    rows: int | None,
    encoder_rows: int,
    student: Path | None,
    teacher: Path | None,
    ipex_python: Path | None,
) -> ReportOptions:
    """Return the options of a full report.

    Raises:
        UsageError: If there is no corpus.
    """
    from tagrt.bench.options import ReportOptions
    from tagrt.inference.threads import available_cpus

    if corpus is None:
        raise UsageError("--report needs rows to train on and to judge by: give --corpus FOLDER")
    return ReportOptions(
        folder=folder,
        corpus=corpus,
        peers=tuple(name.strip() for name in peers.split(",") if name.strip()),
        rows=rows or 0,
        encoder_rows=encoder_rows,
        rounds=rounds or 3,
        seconds=seconds or 1.5,
        threads=threads or available_cpus(),
        model=model,
        student=student,
        teacher=teacher,
        ipex_python=ipex_python,
    )


def _quick(
    model: Path | None, threads: int | None, rounds: int | None, seconds: float | None, as_json: bool
) -> None:
    from tagrt.bench.quick import ROUNDS, SECONDS, quick_report
    from tagrt.bench.render import render_quick

    report = quick_report(
        model, threads, lambda line: click.echo(line, err=True), rounds or ROUNDS, seconds or SECONDS,
        command=called(),
    )  # fmt: skip
    click.echo(json.dumps(report, ensure_ascii=False, indent=1) if as_json else render_quick(report))


def _full(chosen: ReportOptions) -> None:
    from importlib.metadata import entry_points

    from tagrt.bench.options import ENTRY_POINTS

    found = [point for point in entry_points(group=ENTRY_POINTS) if point.name == "report"]
    if not found:
        raise UsageError("this install of tagrt has no peers: run  pip install 'tagrt[bench]'")
    with terminable():  # so that the measured process ends too
        found[0].load()(chosen, lambda line: click.echo(line, err=True), called())


def called() -> str:
    """Return the command line without folders, which are nobody's business in a report that is passed on."""
    return " ".join(
        ["tagrt", *(Path(word).name if Path(word).is_absolute() else word for word in sys.argv[1:])]
    )
