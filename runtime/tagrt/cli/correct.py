"""`tagrt correct`: a person's tag for a product, which stands in every later run."""

from __future__ import annotations

import getpass
from difflib import get_close_matches
from pathlib import Path

import click

from tagrt.cli import options

EPILOG = """\b
Examples:
  tagrt correct SKU-1042 food/drinks/tea --store shop.db
  tagrt correct 6901234567892 花草茶 --store shop.db      a tag's name will do, if only one has it
  tagrt correct SKU-1042 --undo --store shop.db
"""


@click.command("correct", short_help="Put a person's tag on a product.", epilog=EPILOG)
@click.argument("key")
@click.argument("tag", required=False)
@options.store
@options.model
@click.option("--who", default=None, help="Who decides.  [default: the user of this computer]")
@click.option("--undo", is_flag=True, help="Take the decision on KEY back.")
def command(key: str, tag: str | None, store: Path, model: Path | None, who: str | None, undo: bool) -> None:
    """Put TAG on the product with KEY (its SKU or barcode); no later run changes it.

    If the product's text changes, later runs keep the tag and put the product up for review.
    """
    from tagrt import Tagger
    from tagrt.errors import UsageError
    from tagrt.store import Store

    if undo == bool(tag):
        raise UsageError("give a TAG, or --undo")
    with Store(store) as opened:
        if undo:
            outcome = "the decision is taken back" if opened.undo(key) else "no one had decided on it"
            click.echo(f"{key}: {outcome}", err=True)
            return
        taxonomy = Tagger.load(model).taxonomy
        found = named(str(tag), taxonomy.ids, taxonomy.en, taxonomy.zh)
        opened.correct(key, found, who or getpass.getuser())
        node = taxonomy.index[found]
        click.echo(f"{key}: {taxonomy.en[node]} / {taxonomy.zh[node]} ({found})", err=True)


def named(tag: str, ids: tuple[str, ...], *names: tuple[str, ...]) -> str:
    """Return the id of a tag, given as id or by its name in either language.

    Raises:
        UsageError: If no tag or several are called so.
    """
    from tagrt.errors import UsageError

    if tag in ids:
        return tag
    folded = tag.strip().casefold()
    found = {ids[at] for column in names for at, name in enumerate(column) if name.casefold() == folded}
    if len(found) == 1:
        return found.pop()
    if found:
        raise UsageError(f"several tags are called '{tag}': say which: {', '.join(sorted(found))}")
    close = get_close_matches(folded, [*ids, *(name.casefold() for column in names for name in column)], n=3)
    hint = (
        f": did you mean {' or '.join(close)}?"
        if close
        else ": they are in taxonomy.tsv in the model's folder"
    )
    raise UsageError(f"no tag is called '{tag}'{hint}")
