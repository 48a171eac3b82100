"""`tagrt correct`: a person's tag for a product, or many from an edited table; it stands in later runs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tagrt.cli import options
from tagrt.types import ExitCode

if TYPE_CHECKING:
    from tagrt import Tagger
    from tagrt.corrections import Outcome
    from tagrt.store import Store
    from tagrt.taxonomy.names import TagNames

EPILOG = """\b
Examples:
  tagrt correct SKU-1042 food/drinks/tea --store shop.db
  tagrt correct 6901234567892 花草茶 --store shop.db      a tag's name will do, if only one has it
  tagrt correct SKU-1042 "Herbal Tea" --why "no caffeine" --store shop.db
  tagrt correct SKU-1042 --undo --store shop.db
  tagrt correct SKU-1042 food/drinks/milk/goat-milk --new-tag "Goat Milk" 羊奶 --store shop.db
  tagrt correct --from edited.csv --store shop.db         a table edited by hand
  tagrt correct --from edited.csv --store shop.db --dry-run

\b
From a table: the tag is taken from a column correct_tag (正确标签), else from the cell of tag_id, tag or
tag_path that was edited since `tagrt run` or `tagrt update` wrote it. What is not clear is listed on stdout
with row, column, cell and reason, and left as it is.

\b
A tag that the model has not (--new-tag) stands at once on the products that people put it on, and can be
named like any other from then on; the model learns it by  tagrt distill --corrections.

\b
Exit codes: 0 done, 1 some cells need another look, 2 wrong usage, 3 bad file or store, 4 bad model.
"""


@click.command("correct", short_help="Put a person's tag on a product.", epilog=EPILOG)
@click.argument("product", metavar="KEY", required=False)
@click.argument("tag", metavar="TAG", required=False)
@options.store
@options.model
@options.vocabulary
@click.option("--who", default=None, help="Who decides.  [default: the user of this computer]")
@click.option("--why", default="", help="A remark that is kept with the decision.")
@click.option(
    "--new-tag", nargs=2, metavar="ENGLISH CHINESE", help="TAG is a new id below a known one; its names."
)
@click.option("--undo", is_flag=True, help="Take the decision on KEY back.")
@click.option("--from", "edited", type=click.Path(path_type=Path), help="A table that was edited by hand.")
@click.option("--tag-column", metavar="NAME", help="Its column of tags.  [found]")
@click.option("--overwrite", is_flag=True, help="With --from: it stands above earlier decisions of people.")
@click.option("--dry-run", is_flag=True, help="With --from: say what would be done, and do nothing.")
@options.columns
@click.pass_context
def command(
    ctx: click.Context,
    /,
    product: str | None,
    tag: str | None,
    store: Path,
    model: Path | None,
    vocabulary: Path | None,
    who: str | None,
    why: str,
    new_tag: tuple[str, str] | None,
    undo: bool,
    edited: Path | None,
    tag_column: str | None,
    overwrite: bool,
    dry_run: bool,
    encoding: str | None,
    delimiter: str | None,
    **columns: str | None,
) -> None:
    """Put TAG on the product with KEY (its SKU or barcode); no later run changes it.

    If the product's text changes, later runs keep the tag and put the product up for review.
    """
    from tagrt import Tagger
    from tagrt.corrections import correct_from
    from tagrt.errors import UsageError
    from tagrt.store import Store
    from tagrt.store.new_tags import add_new_tag
    from tagrt.store.who import user_name
    from tagrt.tables import ColumnNames

    if bool(edited) == bool(product) or (product and undo == bool(tag)):
        raise UsageError("give KEY and TAG, or KEY and --undo, or --from FILE")
    if product and (overwrite or dry_run or tag_column):
        raise UsageError("--overwrite, --dry-run and --tag-column go with --from FILE")
    if new_tag and not tag:
        raise UsageError("--new-tag goes with KEY and TAG")
    with Store(store) as opened:
        if product and undo:
            outcome = "the decision is taken back" if opened.undo(product) else "no one had decided on it"
            click.echo(f"{product}: {outcome}", err=True)
            return
        person, tagger = who or user_name(), Tagger.load(model, vocabulary=vocabulary)
        if product:
            with opened.transaction():
                if new_tag:
                    add_new_tag(opened, tagger.taxonomy, str(tag), *new_tag)
                names = _names(tagger, opened)
                found = names.find(str(tag))
                opened.correct(product, found, person, why)
            click.echo(f"{product}: {names.shown(found)} ({found})", err=True)
            return
        assert edited
        done = correct_from(
            edited,
            opened,
            _names(tagger, opened),
            person,
            why=why,
            columns=ColumnNames(**columns),
            tag_column=tag_column,
            overwrite=overwrite,
            dry_run=dry_run,
            encoding=encoding,
            delimiter=delimiter,
        )
    ctx.exit(int(_tell(done, dry_run)))


def _names(tagger: Tagger, store: Store) -> TagNames:
    from tagrt.store.new_tags import new_tags
    from tagrt.taxonomy.names import TagNames

    return TagNames(tagger.taxonomy, tagger.vocabulary, new_tags(store))


def _tell(done: Outcome, dry_run: bool) -> ExitCode:
    for conflict in done.conflicts:
        click.echo("\t".join(" ".join(str(cell).split()) for cell in conflict))
    verb = "would be corrected" if dry_run else "corrected"
    click.echo(
        f"{done.rows:,} rows: {done.made:,} {verb}, {done.standing:,} decided so already, "
        f"{done.untouched:,} not edited, {len(done.conflicts):,} cells need another look"
        f"{' (row, column, cell and why are on stdout)' if done.conflicts else ''}",
        err=True,
    )
    return ExitCode.ROWS_FAILED if done.conflicts else ExitCode.OK
