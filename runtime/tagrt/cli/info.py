"""`tagrt info`: what the manifest of a bundle says, for people or as raw JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tagrt.cli import options
from tagrt.errors import BundleError

if TYPE_CHECKING:
    from tagrt.bundle import Bundle, Manifest

MODEL_CARD = "MODEL_CARD.md"


@click.command("info", short_help="Show the model.")
@options.model
@click.option("--card", is_flag=True, help="Print the model card (Markdown).")
@click.option("--json", "as_json", is_flag=True, help="Print the manifest as it is.")
def command(model: Path | None, card: bool, as_json: bool) -> None:
    """Show a model's version, size, figures on the dev sets, sources and licences.

    \b
    Examples:
      tagrt info
      tagrt info --model path/to/bundle --card
    """
    from tagrt.bundle import Bundle

    bundle = Bundle.load(model)
    if card:
        click.echo(_read_card(bundle.path))
    elif as_json:
        click.echo(bundle.manifest.to_json())
    else:
        click.echo("\n\n".join(_sections(bundle)))


def _read_card(folder: Path) -> str:
    try:
        return (folder / MODEL_CARD).read_text(encoding="utf-8").rstrip("\n")
    except OSError as error:
        raise BundleError(f"{folder}: this bundle has no model card ({MODEL_CARD})") from error


def _sections(bundle: Bundle) -> list[str]:
    manifest = bundle.manifest
    sections = [_table(_facts(bundle))]
    if manifest.metrics:
        sections.append("Figures on the dev sets\n" + _table(_figures(manifest.metrics)))
    if manifest.sources:
        sections.append("Trained on\n" + _table(_sources(manifest.sources)))
    return sections


def _facts(bundle: Bundle) -> list[list[str]]:
    manifest = bundle.manifest
    size = sum(file.stat().st_size for file in bundle.path.iterdir() if file.is_file())
    return [
        ["model", f"{manifest.name} {manifest.version}"],
        ["created", manifest.created],
        ["folder", str(bundle.path)],
        ["size", f"{size / 1e6:.1f} MB"],
        ["tags", str(manifest.tags)],
        ["taxonomy", manifest.taxonomy_hash[:12]],
        ["threshold", f"{manifest.threshold:g} (temperature {manifest.temperature:g})"],
        ["text", f"normalisation {manifest.normalisation}, at most {manifest.max_tokens} tokens"],
        ["vocabulary", f"{_vocabulary_size(bundle.path)} tokens"],
        ["graph", f"ONNX opset {manifest.opset}"],
        ["quantization", _quantization(manifest)],
        *([["promoted", _promotion(manifest)]] if manifest.promotion else []),
    ]


def _vocabulary_size(folder: Path) -> int:
    from tokenizers import Tokenizer

    return int(Tokenizer.from_file(str(folder / "tokenizer.json")).get_vocab_size())


def _quantization(manifest: Manifest) -> str:
    return ", ".join(f"{key}={value}" for key, value in manifest.quantization.items()) or "none"


def _promotion(manifest: Manifest) -> str:
    told = manifest.promotion
    overridden = f"; although it is worse: {told['overridden']}" if told.get("overridden") else ""
    return f"{told['at']} by {told['who']} over {told['over']}, on {told['rows']} golden rows{overridden}"


def _figures(metrics: Mapping[str, Mapping[str, float]]) -> list[list[str]]:
    names = list(dict.fromkeys(name for figures in metrics.values() for name in figures))
    rows = [["set", *names]]
    for dev_set, figures in metrics.items():
        rows.append([dev_set, *(f"{figures[name]:.4g}" if name in figures else "-" for name in names)])
    return rows


def _sources(sources: Sequence[Mapping[str, object]]) -> list[list[str]]:
    columns = ("name", "licence", "tier", "rows")
    return [list(columns)] + [[str(source.get(column, "-")) for column in columns] for source in sources]


def _table(rows: Sequence[Sequence[str]]) -> str:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    padded = ((cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)
    return "\n".join("  ".join(cells).rstrip() for cells in padded)
