"""`tagrt promote`: a new model goes to use, unless it is worse than the present one."""

from __future__ import annotations

from pathlib import Path

import click

from tagrt.types import ExitCode

EPILOG = """\b
Examples:
  tagrt promote my-bundle --to models/shop --on rows.jsonl
  tagrt promote my-bundle --to models/shop --on rows.jsonl --force --reason "new tags matter more"
  tagrt update --store shop.db --model models/shop        then tags again what no person decided

\b
Exit codes: 0 promoted, 2 wrong usage, 3 bad file, 4 bad model, 5 refused: significantly worse.
"""


@click.command("promote", short_help="Put a model to use unless it is worse.", epilog=EPILOG)
@click.argument("new", type=click.Path(path_type=Path))
@click.option("--to", "target", type=click.Path(path_type=Path), required=True,
              help="Folder of the model in use; it is kept beside as NAME.previous.")  # fmt: skip
@click.option(
    "--on", "golden", type=click.Path(path_type=Path), required=True, help="Golden rows: text, tag."
)
@click.option("--over", type=click.Path(path_type=Path), default=None,
              help="Compare with this bundle.  [default: the one at --to, else the shipped one]")  # fmt: skip
@click.option("--title-only", is_flag=True, help="Judge by the titles alone.")
@click.option("--force", is_flag=True, help="Promote although it is worse; needs --reason.")
@click.option("--reason", default="", help="Why; it is recorded in the manifest.")
@click.option("--who", default=None, help="Who promotes.  [default: the user of this computer]")
@click.pass_context
def command(
    ctx: click.Context,
    new: Path,
    target: Path,
    golden: Path,
    over: Path | None,
    title_only: bool,
    force: bool,
    reason: str,
    who: str | None,
) -> None:
    """Copy the bundle NEW into use, unless it is significantly worse than the present model on golden rows.

    Worse means: the 95 % interval of the difference in hF1, or in the precision of what is decided without a
    person, lies wholly below 0.
    """
    from tagrt.cli.compare import lines, tagger_of
    from tagrt.compare import compare, promote, read_golden
    from tagrt.compare.promote import present
    from tagrt.errors import UsageError
    from tagrt.store.who import user_name

    if force != bool(reason.strip()):
        raise UsageError("--force needs a --reason, and a --reason goes with --force")
    rows = read_golden(golden, title_only)
    candidate = tagger_of(new)
    found = compare(tagger_of(over or present(target) or Path("base")), candidate, rows, timed=False)
    for line in lines(found, most=10):
        click.echo(line)
    for worse in found.worse:
        click.echo(f"{worse.name} is significantly worse: {worse.old:.4f} -> {worse.new:.4f}", err=True)
    if found.worse and not force:
        click.echo(f"refused: {target} is left as it was (--force --reason WHY overrides)", err=True)
        ctx.exit(int(ExitCode.REFUSED))
    promoted = promote(
        candidate.bundle, target, found, golden, who or user_name(), reason if found.worse else ""
    )
    click.echo(f"{promoted.manifest.name} {promoted.manifest.version} is in use at {target}", err=True)
