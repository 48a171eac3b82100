"""`tagrt tui`: loads the model and starts the app; Textual is imported only when it is called."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from tagrt.cli import options
from tagrt.errors import UsageError
from tagrt.types import Language


@click.command("tui", short_help="Type a product name and watch its tags.")
@click.option(
    "--lang",
    type=click.Choice([Language.EN.value, Language.ZH.value]),
    default=Language.EN.value,
    show_default=True,
    help="Language of the tag names at the start.",
)
@options.model
def command(lang: str, model: Path | None) -> None:
    """Type a product name and watch its five best tags.

    \b
    Example:
      tagrt tui --lang zh
    """
    from tagrt import Tagger
    from tagrt_tui.app import TagrtApp

    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError("the terminal app needs a terminal: use  tagrt tag  or  tagrt run  in scripts")
    TagrtApp(Tagger.load(model), Language(lang)).run()
