"""`tagrt stats`: whether the model still fits what the shop brings."""

from __future__ import annotations

from pathlib import Path

import click

from tagrt.cli import options

EPILOG = """\b
Example:
  tagrt stats --store shop.db

\b
Columns: week, products tagged (new or otherwise than before), share left to a person, mean probability of
the best guess, share of tokens that the tokenizer knows as single bytes only, decisions of people.
"""


@click.command("stats", short_help="Show drift week by week.", epilog=EPILOG)
@options.store
@options.model
def command(store: Path, model: Path | None) -> None:
    """Show review rate, confidence and unknown tokens per week beside the model's baseline.

    Says on stderr whether a new distillation is due, and why.
    """
    from tagrt import Tagger
    from tagrt.drift import baseline_of, verdict, weeks
    from tagrt.store import Store

    tagger = Tagger.load(model)
    manifest = tagger.bundle.manifest
    with Store(store) as opened:
        found = weeks(opened, tagger)
        (since,) = opened.query("SELECT count(*) FROM corrections WHERE at > ?", (manifest.created,))[0]
    base = baseline_of(manifest)
    click.echo("\t".join(("week", "products", "review", "confidence", "unknown", "corrections")))
    click.echo(
        "\t".join(("model", "", _share(base.review), _share(base.confidence), _share(base.unknown), ""))
    )
    for week in found:
        figures = (_share(week.review), _share(week.confidence), _share(week.unknown))
        click.echo("\t".join((week.week, str(week.products), *figures, str(week.corrections))))
    reasons = verdict(found, base, since)
    for reason in reasons:
        click.echo(f"a new distillation is due: {reason}", err=True)
    if not reasons:
        click.echo(f"{manifest.name} {manifest.version} still fits: no new distillation is due", err=True)


def _share(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}"
