"""`tagrt export`: a distilled run becomes a bundle."""

from __future__ import annotations

from pathlib import Path

import click


@click.command("export", short_help="Pack a distilled student as a bundle.")
@click.argument("run", type=click.Path(path_type=Path))
@click.option(
    "--output", "-o", type=click.Path(path_type=Path), required=True, help="Bundle folder to write."
)
@click.option("--name", default="tagrt-base", show_default=True, help="Model name in the manifest.")
@click.option(
    "--version", "model_version", default="1", show_default=True, help="Model version in the manifest."
)
def command(run: Path, output: Path, name: str, model_version: str) -> None:
    """Export the student in RUN (a folder that `tagrt distill` wrote) to int8 ONNX, verify and pack it.

    \b
    Examples:
      tagrt export runs/base --output my-bundle
      tagrt info --model my-bundle
      tagrt run stock.csv --model my-bundle
    """
    from tagrt_export.pack import pack

    bundle = pack(run, output, name, model_version, lambda line: click.echo(line, err=True))
    size = sum(p.stat().st_size for p in bundle.path.iterdir())
    click.echo(f"{bundle.path}: verified, {size / 1e6:.1f} MB", err=True)
