"""`tagrt history`: all that happened to one product."""

from __future__ import annotations

from pathlib import Path

import click

from tagrt.cli import options

EPILOG = """\b
Example:
  tagrt history SKU-1042 --store shop.db
"""


@click.command("history", short_help="Show a product's whole story.", epilog=EPILOG)
@click.argument("key")
@options.store
def command(key: str, store: Path) -> None:
    """Show every tag that the product with KEY (its SKU or barcode) has had, from whom, when and why."""
    from tagrt.store import Store

    with Store(store) as opened:
        for event in opened.history(key):
            sure = "" if event.probability is None else f"{event.probability:.4f}"
            title = " ".join(event.title.split())
            row: tuple[str, ...] = (event.at, event.by, event.tag, sure, event.decision, event.reason, title)
            row += (event.note,) if event.note else ()
            click.echo("\t".join(row))
