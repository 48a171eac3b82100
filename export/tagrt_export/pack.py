"""Packing: a run folder becomes a bundle, every step verified against the one before."""

from __future__ import annotations

import dataclasses
import json
import shutil
import tempfile
from collections.abc import Callable
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import onnx
from tokenizers import Tokenizer

from tagrt import Tagger
from tagrt.bundle import Bundle, Manifest
from tagrt.bundle.bundle import MODEL, MODEL_CARD, TAXONOMY, TOKENIZER
from tagrt.bundle.seal import seal
from tagrt.drift import measure
from tagrt.errors import InputFileError, TagrtError
from tagrt.inference.encode import TextEncoder, batches
from tagrt.inference.session import Session
from tagrt.taxonomy import Taxonomy
from tagrt.text import NORMALISATION_VERSION
from tagrt_distill.corpus.row import Row
from tagrt_distill.evaluate import student_logits, titles
from tagrt_distill.pipeline import CALIBRATION, HELD_OUT, read_calibration, read_held_out
from tagrt_distill.student.model import Student
from tagrt_export.card import model_card
from tagrt_export.consistency import consistency
from tagrt_export.graph import OPSET, export_fp32
from tagrt_export.judge import judge, tagged
from tagrt_export.optimise import optimise
from tagrt_export.parity import agreement, graph_logits, largest_difference
from tagrt_export.quantize import quantize
from tagrt_export.recall import least_similarity

TORCH_TOLERANCE = 1e-3
"""Largest |logit difference| between torch and the float32 graph."""

Figures = dict[str, dict[str, float]]


def pack(run: Path, target: Path, name: str, version: str, say: Callable[[str], None]) -> Bundle:
    """Export, quantize, verify and pack the student of a run.

    Args:
        run: Folder that `tagrt distill` wrote.
        target: Bundle folder; replaced as a whole once everything is verified.
        name: Model name for the manifest.
        version: Model version for the manifest.
        say: Told what is being done and measured.

    Returns:
        The bundle, loaded and verified from `target`.

    Raises:
        InputFileError: If the run is not complete.
        TagrtError: If the graph differs from torch or a large weight is not int8.
    """
    for needed in ("report.json", CALIBRATION):
        if not (run / needed).is_file():
            raise InputFileError(f"{run}: no {needed}: run  tagrt distill  to its end first")
    with tempfile.TemporaryDirectory(dir=target.absolute().parent) as scratch:
        staged = Path(scratch) / "bundle"
        staged.mkdir()
        _stage(run, Path(scratch), staged, name, version, say)
        if target.exists():
            shutil.rmtree(target)
        staged.rename(target)
    return Bundle.load(target)


def _stage(
    run: Path, scratch: Path, staged: Path, name: str, version: str, say: Callable[[str], None]
) -> None:
    report = json.loads((run / "report.json").read_text(encoding="utf-8"))
    taxonomy = Taxonomy.load(run / "taxonomy.tsv")
    sets = read_held_out(run / HELD_OUT)
    for source, copy in (("tokenizer.json", TOKENIZER), ("taxonomy.tsv", TAXONOMY)):
        shutil.copyfile(run / source, staged / copy)
    max_tokens, graphs = _graphs(run, scratch, staged, taxonomy, sets, say)
    manifest = Manifest(
        name=name,
        version=version,
        created=datetime.now(timezone.utc).isoformat(timespec="seconds"),
        taxonomy_hash=taxonomy.hash,
        labels=taxonomy.ids,
        temperature=report["temperature"],
        threshold=report["threshold"],
        normalisation=NORMALISATION_VERSION,
        max_tokens=max_tokens,
        opset=OPSET,
        quantization=graphs,
        metrics={},
        sources=_sources(report),
    )
    fp32 = _judged(scratch / "fp32", staged, scratch / "optimised.onnx", manifest, sets)
    seal(staged, manifest)
    tagger = Tagger.load(staged)
    similarity = _similarity(tagger, report, sets)
    metrics = judge(tagger, sets)
    loss = round(fp32["macro"]["hf1"] - metrics["macro"]["hf1"], 4)
    say(f"macro hF1: int8 {metrics['macro']['hf1']:.4f}, fp32 {fp32['macro']['hf1']:.4f}")
    quantization = {**graphs, "macro_hf1_lost": loss}
    baseline = measure(tagger, [row.product.title for rows in sets.values() for row in rows])._asdict()
    known = {name: value for name, value in baseline.items() if value is not None}
    manifest = dataclasses.replace(
        manifest, metrics=metrics, quantization=quantization, baseline=known, similarity=similarity
    )
    judged = tagged(tagger, [row for rows in sets.values() for row in rows])
    card = model_card(manifest, report, judged, consistency(tagger, sets))
    (staged / MODEL_CARD).write_text(card, encoding="utf-8")
    seal(staged, manifest)


def _similarity(tagger: Tagger, report: dict[str, Any], sets: dict[str, list[Row]]) -> float | None:
    """Return the memory's threshold, measured on other shops if there are any; else that of the parent."""
    measured = least_similarity(tagger, {name: sets[name] for name in report.get("shops", ())})
    return measured or (report.get("lineage") or {}).get("similarity")


def _graphs(
    run: Path,
    scratch: Path,
    staged: Path,
    taxonomy: Taxonomy,
    sets: dict[str, list[Row]],
    say: Callable[[str], None],
) -> tuple[int, dict[str, Any]]:
    """Write the float32, optimised and int8 graphs; return the longest input and the parity report."""
    student = Student.from_pretrained(run / "student").eval()
    heads, width, max_tokens = student.config.n_head, student.config.n_embd, student.config.n_positions
    tokenizer = Tokenizer.from_file(str(run / "tokenizer.json"))
    texts = [text for rows in sets.values() for text in titles(rows)]
    reference = student_logits(student, tokenizer, texts)
    export_fp32(student, scratch / "fp32.onnx")
    onnx.save(optimise(scratch / "fp32.onnx", heads, width), str(scratch / "optimised.onnx"))
    encoder = TextEncoder(tokenizer.to_str().encode(), max_tokens)
    known = list(batches(encoder.ids(read_calibration(run / CALIBRATION))))
    recipe = quantize(scratch / "optimised.onnx", staged / MODEL, known)

    def logits(path: Path) -> Any:
        return graph_logits(Session(path.read_bytes()), encoder, texts, len(taxonomy))

    fp32 = logits(scratch / "fp32.onnx")
    difference = largest_difference(reference, fp32)
    say(f"fp32 graph against torch: max |logit difference| {difference:.2e}")
    if difference > TORCH_TOLERANCE:
        raise TagrtError(f"the ONNX graph differs from torch by {difference:.2e} (allowed {TORCH_TOLERANCE})")
    int8 = agreement(fp32, logits(staged / MODEL), taxonomy)
    say(f"int8 against fp32: same best leaf on {int8:.2%} of {len(texts)} texts")
    return max_tokens, {
        **recipe,
        "fp32_max_logit_difference": round(difference, 8),
        "int8_top1_agreement": round(int8, 4),
    }


def _judged(
    folder: Path, staged: Path, graph: Path, manifest: Manifest, sets: dict[str, list[Row]]
) -> Figures:
    """Return the figures of the float32 graph, judged as a bundle of its own."""
    shutil.copytree(staged, folder)
    shutil.copyfile(graph, folder / MODEL)
    seal(folder, manifest)
    return judge(Tagger.load(folder), sets)


def _sources(report: dict[str, Any]) -> tuple[dict[str, Any], ...]:
    """Return every source of the run, and of the bundle it went on from, by falling number of rows.

    A source that both read counts with the larger number.
    """
    found = {source["name"]: dict(source) for source in (report.get("lineage") or {}).get("sources", ())}
    for kind in ("rows", "unlabelled"):
        for name, count in report[kind].items():
            tier, _, licence = report["licences"].get(name, ": not recorded").partition(": ")
            source = found.setdefault(
                name, {"name": name, "rows": 0, "unlabelled": 0, "licence": licence, "tier": tier}
            )
            source[kind] = max(source[kind], count)
    return tuple(sorted(found.values(), key=lambda source: (-source["rows"], source["name"])))
