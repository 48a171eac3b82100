"""The model card: what the model is, how it was made, what it can and cannot do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tagrt.bundle import Manifest
from tagrt_export.consistency import ALL, LEVELS
from tagrt_export.judge import MACRO, POOLED, Judged, confusions, worst_tags

_MAKING = "## How it was made"
_TRAINED_ON = "## Trained on"

_MEMBERS = {
    "parent": "the model it goes on from",
    "teacher": "GPT-2 teacher that writes tag sequences",
    "ngram": "n-gram assistant (fastText)",
    "encoder": "encoder assistant (multilingual-e5-small, MIT, fine-tuned)",
}


def model_card(manifest: Manifest, report: dict[str, Any], judged: Judged, kept: Mapping[str, float]) -> str:
    """Return the card as Markdown.

    Args:
        manifest: Of the bundle.
        report: Of `tagrt distill`.
        judged: All held-out rows with what the bundle says of them.
        kept: Shares of edited titles that keep their tag; see `consistency`.
    """
    return (
        "\n\n".join(
            (
                f"# {manifest.name} {manifest.version}",
                "A student with GPT-2 blocks, distilled from a GPT-2 teacher and its assistants, that maps a product's text to "
                f"a path in a tree of {manifest.tags} tags. Int8 ONNX, opset {manifest.opset}, inputs of at most "
                f"{manifest.max_tokens} tokens.",
                "## Figures on held-out sets\n\n" + _figures(manifest.metrics),
                "`hf1`, `top` and `exact` judge the best guess from the title alone; `coverage` is the share decided "
                "`auto` and `auto_hp` the hierarchical precision of those; `coverage_95` is the share that could be "
                "decided at 0.95, by the threshold best for that set; `ece` is the calibration error. `macro` is the "
                "mean over the sets, `pooled` the figure over all rows alike.",
                "## Consistency\n\n" + _consistency(kept),
                _MAKING + "\n\n" + _making(manifest, report),
                *_lineage(report.get("lineage")),
                f"{_TRAINED_ON}\n\n" + _sources(manifest.sources),
                "Tier 1: open licence or public domain. Tier 2: no licence stated for the rows; they were used as facts "
                "for training and are not redistributed.",
                "## Where it fails\n\n" + _failures(judged),
                "## Limits\n\n" + _limits(manifest),
            )
        )
        + "\n"
    )


def _table(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    lines = ["| " + " | ".join(header) + " |", "|" + "---|" * len(header)]
    lines += ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows]
    return "\n".join(lines)


def _figures(metrics: dict[str, dict[str, float]]) -> str:
    keys = ["hf1", "top", "exact", "coverage", "auto_hp", "coverage_95", "ece"]
    return _table(["set", *keys], ([name, *(f"{f[k]:.3f}" for k in keys)] for name, f in metrics.items()))


def _consistency(kept: Mapping[str, float]) -> str:
    kinds = [kind for kind in kept if kind != ALL]
    return (
        f"Of held-out titles with another colour, quantity, pack, brand or word order, {kept[ALL]:.1%} keep the "
        f"upper {LEVELS} levels of their best guess: "
        + ", ".join(f"{kind} {kept[kind]:.1%}" for kind in kinds)
        + ". The words that titles were edited with are not those that training varied titles with."
    )


def _failures(judged: Judged) -> str:
    worst = _table(("tag", "rows", "hF1"), ([tag, rows, f"{f1:.2f}"] for tag, rows, f1 in worst_tags(judged)))
    mistaken = _table(("label", "guess", "rows"), confusions(judged))
    return (
        f"Lowest hF1 on held-out rows, tags with at least 5 of them:\n\n{worst}\n\n"
        f"Commonest wrong guesses at the upper two levels:\n\n{mistaken}"
    )


def _making(manifest: Manifest, report: dict[str, Any]) -> str:
    quantization = manifest.quantization
    seconds = ", ".join(f"{step} {value / 60:.1f} min" for step, value in report["seconds"].items())
    return "\n".join(
        (
            f"- Recipe `{report['recipe']}`, seed {report['seed']}; wall time: {seconds}; on {report['machine']}.",
            "- The student learnt from labels and from the weighted mean of these answers, on labelled and unlabelled "
            "rows:",
            *_members(report),
            f"- Macro hF1 of that mean {_macro(report, 'ensemble'):.4f}, of the student in float32 torch "
            f"{_macro(report, 'student'):.4f}, in int8 {manifest.metrics['macro']['hf1']:.4f}.",
            f"- Quantization: {quantization['weights']}; activations {quantization['activations']}.",
            f"- Parity: float32 graph against torch max |logit difference| "
            f"{quantization['fp32_max_logit_difference']:.1e}; int8 against float32 same best leaf on "
            f"{quantization['int8_top1_agreement']:.2%}, macro hF1 lost {quantization['macro_hf1_lost']:.4f}.",
            f"- Temperature {manifest.temperature}, threshold {manifest.threshold}, both fitted on validation rows of "
            f"{_calibrated_on(report)}; the threshold is the least that gives a hierarchical precision of "
            f"{report['calibration']['precision']:g} there.",
        )
    )


def _calibrated_on(report: dict[str, Any]) -> str:
    return ", ".join(f"`{source}`" for source in report["calibration"]["sources"]) or "the training shops"


def _lineage(parent: dict[str, Any] | None) -> list[str]:
    """Return a section on the bundle that training went on from, with that bundle's own account and lineage."""
    if parent is None:
        return []
    _, _, rest = parent["card"].partition(f"{_MAKING}\n")
    making, _, _ = rest.partition(f"\n{_TRAINED_ON}")
    making = making.replace("\n## Lineage: the model it goes on from\n", "\n### The one before\n")
    head = f"`{parent['name']}` {parent['version']}, `model.onnx` sha256 `{parent['sha256']}`. How that one was made:"
    new = parent.get("new_tags") or []
    added = [f"Tags it had not: {', '.join(f'`{tag}`' for tag in new)}."] if new else []
    return [f"## Lineage: the model it goes on from\n\n{head}", *added, making.strip()]


def _members(report: dict[str, Any]) -> list[str]:
    return [
        f"    - {_MEMBERS[name]}: weight {weight:g}, macro hF1 {_macro(report, name):.4f}"
        for name, weight in report["ensemble_weights"].items()
    ]


def _macro(report: dict[str, Any], name: str) -> float:
    return float(report[name]["macro"]["hf1"])


def _sources(sources: Sequence[dict[str, Any]]) -> str:
    keys = ("name", "rows", "unlabelled", "licence", "tier")
    return _table(keys, ([source[key] for key in keys] for source in sources))


def _limits(manifest: Manifest) -> str:
    worst = min(
        (n for n in manifest.metrics if n not in (MACRO, POOLED)), key=lambda n: manifest.metrics[n]["hf1"]
    )
    return "\n".join(
        (
            f"- It knows the words of its training rows. On the held-out set it does worst on, `{worst}`, hF1 is "
            f"{manifest.metrics[worst]['hf1']:.3f}: expect a shop with new words to need review.",
            "- How precise `auto` is on a shop of your own is not known before you look: compare `auto_hp` above, which "
            "differs from set to set.",
            "- Text only: no pictures, no prices. Titles that name only a brand or a model number are guesses.",
        )
    )
