"""`tagrt tui`: loads the model and starts the app; Textual is imported only when it is called."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from tagrt.cli import options
from tagrt.errors import UsageError
from tagrt.types import Language


@click.command("tui", short_help="Type products, review what waits.")
@click.option(
    "--store",
    type=click.Path(path_type=Path),
    help="Review what waits in this store for a person.",
)
@click.option(
    "--lang",
    type=click.Choice([Language.EN.value, Language.ZH.value]),
    default=Language.EN.value,
    show_default=True,
    help="Language of the interface and of tag names; Ctrl+L switches it.",
)
@click.option(
    "--scan-gap",
    type=click.IntRange(0, 1000),
    default=100,
    show_default=True,
    help="Milliseconds between keys below which a barcode scanner may be typing; 0 if there is none.",
)
@options.model
def command(store: Path | None, lang: str, scan_gap: int, model: Path | None) -> None:
    """Type a product name and watch its five best tags; review what a run left for a person; scan barcodes.

    \b
    Examples:
      tagrt tui --lang zh
      tagrt run stock.csv --store shop.db && tagrt tui --store shop.db
    """
    from tagrt import Tagger
    from tagrt.store import Store
    from tagrt_tui.app import TagrtApp
    from tagrt_tui.session import Session

    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError("the terminal app needs a terminal: use  tagrt tag  or  tagrt run  in scripts")
    opened = Store(store) if store else None
    try:
        app = TagrtApp(Session(Tagger.load(model), Language(lang), opened))
        app.scan_gap = scan_gap / 1000
        app.run()
    finally:
        if opened:
            opened.close()
