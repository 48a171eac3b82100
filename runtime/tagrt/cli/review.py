"""`tagrt review`: which products to ask a person about, as a table to fill."""

from __future__ import annotations

from pathlib import Path

import click

from tagrt.cli import options
from tagrt.types import Language

EPILOG = """\b
Examples:
  tagrt review --store shop.db --budget 50 --export ask.csv
  tagrt correct --from ask.csv --store shop.db       when correct_tag is filled in
  tagrt update stock.csv --store shop.db             products like these take their tags
"""


@click.command("review", short_help="Choose what to ask a person.", epilog=EPILOG)
@options.store
@click.option(
    "--budget", type=click.IntRange(min=1), default=50, show_default=True, help="Products to ask about."
)
@click.option("--export", "target", type=click.Path(path_type=Path), required=True, help="The table (CSV).")
@options.model
@options.language
def command(store: Path, budget: int, target: Path, model: Path | None, lang: str) -> None:
    """Choose the products whose answers teach most, and write them as a table to fill in.

    They are uncertain, unlike each other and like many others. The queue of all that wait is in  tagrt tui.
    """
    from tagrt import Tagger
    from tagrt.policy.hidden import Hidden
    from tagrt.review import choose, write_questions
    from tagrt.store import Store

    tagger = Tagger.load(model)
    with Store(store) as opened:
        questions, hidden = choose(opened, tagger, budget), Hidden.of_store(opened)
    write_questions(target, questions, tagger, Language(lang), hidden)
    click.echo(
        f"{target}: {len(questions):,} products; fill in correct_tag (id or name), then\n"
        f"  tagrt correct --from {target} --store {store}",
        err=True,
    )
