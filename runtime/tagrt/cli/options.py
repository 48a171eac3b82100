"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path

import click

from tagrt.types import Language

language = click.option(
    "--lang",
    type=click.Choice([language.value for language in Language]),
    default=Language.EN.value,
    show_default=True,
    help="Language of the tag names.",
)
vocabulary = click.option(
    "--vocabulary", type=click.Path(path_type=Path), help="Your own tag names over the taxonomy (TOML)."
)
model = click.option(
    "--model", type=click.Path(path_type=Path), help="Folder of a model bundle.  [default: the shipped one]"
)
store = click.option(
    "--store",
    type=click.Path(path_type=Path),
    required=True,
    help="The shop's store (SQLite), as `tagrt run FILE --store` makes it.",
)
