"""`tagrt distill`: from rows to a trained student."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from tagrt.errors import UsageError


@click.command("distill", short_help="Train a teacher and a student on your tags.")
@click.option(
    "--recipe",
    default=None,
    help="base, refresh, correct, own, smoke or a .toml file.  [default: own with --data, correct with "
    "--corrections alone, else base]",
)
@click.option(
    "--corpus", type=click.Path(path_type=Path), help="Folder with train/ and dev/ (JSONL, project tags)."
)
@click.option("--data", type=click.Path(path_type=Path), help="Your own CSV, TSV or JSONL file.")
@click.option("--text", default="title", show_default=True, help="Column of --data with the title.")
@click.option(
    "--tags", default="category", show_default=True, help="Column of --data with the tag or tag path."
)
@click.option("--separator", default=">", show_default=True, help="What parts the levels of a tag path.")
@click.option(
    "--unlabelled",
    multiple=True,
    type=click.Path(path_type=Path),
    help="File of products without tags, for the teacher to label; can be repeated.",
)
@click.option(
    "--corrections",
    multiple=True,
    type=click.Path(path_type=Path),
    help="What people decided (tagrt corrections export), trained on beside the other rows; can be repeated.",
)
@click.option(
    "--from",
    "parent",
    default=None,
    metavar="BUNDLE",
    help="Train the student of this bundle further (base: the shipped model); the tags must be the same.",
)
@click.option("--init", default=None, help="Teacher to start from: scratch, gpt2 or a checkpoint folder.")
@click.option("--tune", type=click.Choice(["full", "freeze", "lora", "adalora"]), default=None,
              help="What of an initialised teacher is trained.")  # fmt: skip
@click.option(
    "--output",
    "-o",
    type=click.Path(path_type=Path),
    default=None,
    help="Run folder.  [default: runs/RECIPE]",
)
@click.option("--report-to", default="tensorboard", show_default=True, help="none, tensorboard or wandb.")
def command(
    recipe: str | None,
    corpus: Path | None,
    data: Path | None,
    text: str,
    tags: str,
    separator: str,
    unlabelled: tuple[Path, ...],
    corrections: tuple[Path, ...],
    parent: str | None,
    init: str | None,
    tune: str | None,
    output: Path | None,
    report_to: str,
) -> None:
    """Train a GPT-2 teacher, distil a student from it and evaluate both.

    A run that was interrupted goes on from its last checkpoint when it is called again. Recipe smoke
    brings its own rows and takes a minute.

    \b
    Examples:
      tagrt distill --recipe base --corpus path/to/corpus
      tagrt distill --data my.csv --text title --tags category --output runs/mine
      tagrt distill --data my.csv --unlabelled catalogue.csv
      tagrt distill --recipe smoke
      tagrt distill --recipe refresh --from base --corpus path/to/corpus
      tagrt distill --from base --corrections rows.jsonl
      tagrt distill --recipe refresh --from base --corpus path/to/corpus --corrections rows.jsonl
      tagrt distill --data my.csv --init path/to/gpt2 --tune lora
    """
    if corpus and data:
        raise UsageError("give --corpus or --data, not both")
    from tagrt_distill.job import Job, run_job

    job = Job(
        recipe or _default_recipe(data, corpus, corrections),
        corpus,
        data,
        text,
        tags,
        separator,
        init,
        tune,
        output,
        unlabelled,
        parent,
        corrections,
    )
    report = run_job(job, lambda line: click.echo(line, err=True), report_to=_trackers(report_to))
    click.echo(_summary(report), err=True)


def _default_recipe(data: Path | None, corpus: Path | None, corrections: tuple[Path, ...]) -> str:
    if data:
        return "own"
    return "correct" if corrections and not corpus else "base"


def _trackers(report_to: str) -> list[str]:
    return [] if report_to == "none" else [report_to]


def _summary(report: dict[str, Any]) -> str:
    columns = [*report["ensemble_weights"], "ensemble", "student"]
    lines = [f"{'hF1':<14}" + "".join(f"{column:>10}" for column in columns)]
    for name in report["student"]:
        lines.append(f"{name:<14}" + "".join(f"{report[column][name]['hf1']:>10.4f}" for column in columns))
    lines.append(f"run folder: {report['folder']}\nnext:  tagrt export {report['folder']} --output my-bundle")
    return "\n".join(lines)
