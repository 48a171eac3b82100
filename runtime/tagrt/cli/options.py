"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from tagrt.types import Language

Command = TypeVar("Command", bound=Callable[..., Any])

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
policy = click.option(
    "--policy",
    type=click.Path(path_type=Path),
    help="Rules over the model (TOML); a store keeps them for later runs. An empty file ends that.",
)
_COLUMNS = (
    click.option("--title", metavar="NAME", help="Title column, by header or number.  [found by its header]"),
    click.option("--brand", metavar="NAME", help="Brand column; - for none, also below."),
    click.option("--description", metavar="NAME", help="Description column."),
    click.option("--category", metavar="NAME", help="Column of the shop's own category."),
    click.option("--key", metavar="NAME", help="Column of the shop's own key (SKU)."),
    click.option("--gtin", metavar="NAME", help="Barcode column."),
    click.option("--encoding", metavar="NAME", help="Encoding of FILE, such as gb18030.  [found]"),
    click.option("--delimiter", metavar="CHAR", help="Delimiter of FILE; 'tab' is understood.  [found]"),
)

no_header = click.option(
    "--no-header", is_flag=True, help="The first row of FILE is a product, not the names of the columns."
)


def columns(command: Command) -> Command:
    """Add the options that say how a table is read."""
    for option in reversed(_COLUMNS):
        command = option(command)
    return command


store = click.option(
    "--store",
    type=click.Path(path_type=Path),
    required=True,
    help="The shop's store (SQLite), as `tagrt run FILE --store` makes it.",
)
