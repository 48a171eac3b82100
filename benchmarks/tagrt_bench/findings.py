"""What the figures say in plain words: where ours stands, and every measure on which a peer is ahead."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from tagrt.bench.compare import SHARE_TOLERANCE
from tagrt.bench.measure import SHARE, Measure

OURS = "tagrt-int8"


class Question(NamedTuple):
    """One thing a buyer asks.

    Attributes:
        measure: The measure that answers it.
        what: What it is called in a sentence.
        closing: What would close a gap.
    """

    measure: str
    what: str
    closing: str


QUESTIONS = (
    Question("hf1.macro", "hF1 on unseen shops", "more rows of shops like these, a larger student"),
    Question("exact.macro", "exact tags on unseen shops", "more rows of shops like these, a larger student"),
    Question("coverage_95.macro", "share decided at 95 % precision", "better ranking of what is unsure"),
    Question("ece.macro", "calibration error", "calibration on rows of more kinds of shops"),
    Question("consistency.all", "tags kept when a title is edited", "more augmentation in training"),
    Question("stream.products_per_second", "products per second", "fewer operators in the graph"),
    Question(
        "one_title.p50_ms", "time of one title", "a path for one title without arrays, tokenizer included"
    ),
    Question("end_to_end.rows_per_second", "file to file", "cheaper text normalisation and tokenizing"),
    Question("stream.cpu_seconds_per_1000", "CPU time, hence energy", "a smaller graph"),
    Question("process.peak.bytes", "memory", "a smaller arena and word cache"),
    Question("cold_start.seconds", "start to the first tag", "a session made later, a preoptimised graph"),
    Question("model.bytes", "size of the model", "fewer tokens and pair buckets, 4-bit tables"),
    Question("install.bytes", "size of the install", "a runtime without ONNX Runtime's unused kernels"),
)


OWN_STUDENT = "tagrt-"
"""How the names of peers begin that run the same student another way."""

QUANTIZATION = "the same student before quantization: ranges of activations that lose less"


class Ahead(NamedTuple):
    """A peer that is better than ours beyond the noise."""

    question: Question
    peer: dict[str, Any]
    theirs: Measure
    ours: Measure

    @property
    def closing(self) -> str:
        """What would close the gap."""
        quantized = self.theirs.unit == SHARE and self.peer["name"].startswith(OWN_STUDENT)
        return QUANTIZATION if quantized else self.question.closing


def findings(report: dict[str, Any]) -> list[str]:
    """Return sentences."""
    measures = by_peer(report)
    ours = measures.get(OURS)
    if not ours:
        measured = [peer["title"] for peer in report["peers"] if peer["measures"]]
        return [f"Without tagrt as shipped: {', '.join(measured) or 'nothing'} was measured."]
    lines = list(_headline(report, ours))
    ahead = list(beaten(report))
    if ahead:
        titles = list(dict.fromkeys(f"{one.question.what} ({one.peer['title']})" for one in ahead))
        lines.append(f"Peers are ahead of it on {', '.join(titles)}.")
    else:
        lines.append("No peer is ahead of it on any measure, beyond the noise.")
    return lines


def beaten(report: dict[str, Any]) -> Iterator[Ahead]:
    """Yield, per question, the best peer that is better than ours by more than both noise bands."""
    measures = by_peer(report)
    ours = measures.get(OURS, {})
    for question in QUESTIONS:
        own = ours.get(question.measure)
        if own is None:
            continue
        rivals = [
            Ahead(question, peer, measures[peer["name"]][question.measure], own)
            for peer in report["peers"]
            if peer["name"] != OURS and question.measure in measures[peer["name"]]
        ]
        better = [rival for rival in rivals if _apart(rival.theirs, own)]
        if better:
            higher = own.better == "higher"
            yield (max if higher else min)(better, key=lambda rival: rival.theirs.median)


def by_peer(report: dict[str, Any]) -> dict[str, dict[str, Measure]]:
    """Return the measures of all peers, by peer and name."""
    return {
        peer["name"]: {record["name"]: Measure.from_json(record) for record in peer["measures"]}
        for peer in report["peers"]
    }


def _headline(report: dict[str, Any], ours: dict[str, Measure]) -> Iterator[str]:
    speed, hf1 = ours.get("stream.products_per_second"), ours.get("hf1.macro")
    if speed and hf1:
        yield (
            f"tagrt as shipped tags {speed.median:,.0f} products a second on "
            f"{report['settings']['threads']} threads, with a mean hF1 of {hf1.median:.3f} on unseen shops."
        )


def _apart(theirs: Measure, ours: Measure) -> bool:
    if theirs.better == "higher":
        gap = theirs.low > ours.high
        return gap and (theirs.unit != SHARE or theirs.median - ours.median > SHARE_TOLERANCE)
    return theirs.high < ours.low and (theirs.unit != SHARE or ours.median - theirs.median > SHARE_TOLERANCE)
