"""`tagrt db`: looking after a store."""

from __future__ import annotations

from pathlib import Path

import click

from tagrt.cli import options
from tagrt.types import ExitCode

EPILOG = """\b
Examples:
  tagrt db stats --store shop.db
  tagrt db check --store shop.db
  tagrt db export catalogue.csv --store shop.db
  tagrt db backup shop-2026-11-25.db --store shop.db
"""


@click.group("db", short_help="Look after a store.", epilog=EPILOG)
def command() -> None:
    """Look after a store: what is in it, whether it is sound, a copy of it."""


@command.command("stats")
@options.store
def stats(store: Path) -> None:
    """Count products, decisions, corrections and runs."""
    from tagrt.store import Store

    with Store(store) as opened:
        for name, count in opened.counts().items():
            click.echo(f"{name}\t{count}")


@command.command("check")
@options.store
@click.pass_context
def check(ctx: click.Context, store: Path) -> None:
    """Look for damage; exits with 3 if there is any."""
    from tagrt.store import Store

    with Store(store) as opened:
        found = opened.check()
    for line in found:
        click.echo(line)
    click.echo(f"{store}: {'damaged: go back to a backup' if found else 'sound'}", err=True)
    ctx.exit(int(ExitCode.BAD_INPUT if found else ExitCode.OK))


@command.command("export")
@click.argument("target", type=click.Path(path_type=Path), required=False)
@options.store
@click.option("--force", is_flag=True, help="Write over a TARGET that is there.")
def export(target: Path | None, store: Path, force: bool) -> None:
    """Write every product with its columns and tags to TARGET (.csv or .jsonl), or as CSV to stdout."""
    from tagrt.cli.target import written
    from tagrt.errors import UsageError
    from tagrt.store import Store
    from tagrt.store.export import write_products

    if target and target.suffix.lower() not in (".csv", ".jsonl"):
        raise UsageError(f"{target}: an export is a .csv or a .jsonl file")
    jsonl = target is not None and target.suffix.lower() == ".jsonl"
    with Store(store) as opened:
        count = written(target, store, lambda file: write_products(opened, file, jsonl=jsonl), force)
    click.echo(f"{count:,} products", err=True)


@command.command("backup")
@click.argument("target", type=click.Path(path_type=Path))
@options.store
def backup(target: Path, store: Path) -> None:
    """Copy the store to the new file TARGET, also while others are using it."""
    from tagrt.store import Store

    with Store(store) as opened:
        opened.backup(target)
    click.echo(f"{target} written", err=True)
