"""`tagrt corrections`: what people decided, listed or as training rows."""

from __future__ import annotations

from pathlib import Path

import click

from tagrt.cli import options

EPILOG = """\b
Examples:
  tagrt corrections list --store shop.db
  tagrt corrections export --store shop.db > rows.jsonl
  tagrt corrections export rows.jsonl --store shop.db
  tagrt distill --recipe refresh --from base --corpus path/to/corpus --corrections rows.jsonl
"""


@click.group("corrections", short_help="List or export what people decided.", epilog=EPILOG)
def command() -> None:
    """List what people decided, or write it as rows to train on."""


@command.command("list")
@options.store
def listed(store: Path) -> None:
    """List every standing decision: time, person, key, tag, title, why; with tabs between."""
    from tagrt.store import Store
    from tagrt.store.lessons import decisions

    with Store(store) as opened:
        for decided in decisions(opened):
            title = " ".join(decided.product.title.split())
            row = (decided.at, decided.who, decided.key, decided.tag, title, decided.note)
            click.echo("\t".join(row))


@command.command("export")
@click.argument("target", type=click.Path(path_type=Path), required=False)
@options.store
@click.option("--force", is_flag=True, help="Write over a TARGET that is there.")
def export(target: Path | None, store: Path, force: bool) -> None:
    """Write what people decided as training rows (JSONL) to TARGET or stdout."""
    from tagrt.cli.target import written
    from tagrt.corrections import write_training_rows
    from tagrt.store import Store

    with Store(store) as opened:
        count = written(target, store, lambda file: write_training_rows(opened, file), force)
    click.echo(f"{count:,} training rows", err=True)
