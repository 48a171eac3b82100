"""The student of an earlier bundle as an assistant: what it knew, its successor should not forget."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from tagrt.bundle import Bundle
from tagrt.bundle.bundle import MODEL, TOKENIZER
from tagrt.inference.decode import leaf_probabilities
from tagrt.inference.encode import TextEncoder, batches
from tagrt.inference.session import Session
from tagrt_distill.student.from_bundle import taxonomy_of
from tagrt_distill.teacher.answers import Answers, answers_of


def parent_answers(
    bundle: Bundle,
    texts: Sequence[str],
    least: float,
    on_progress: Callable[[int], Any] | None = None,
) -> Answers:
    """Let a bundle's graph answer texts, in its own tree and at its own temperature.

    Args:
        bundle: The numbers of its tree's nodes must mean the same in the tree of the run.
        texts: Normalised texts.
        least: Branches with less probability are kept whole.
        on_progress: Told the number of texts done since the last call.
    """
    taxonomy = taxonomy_of(bundle)
    session = Session(bundle.contents[MODEL])
    encoder = TextEncoder(bundle.contents[TOKENIZER], bundle.manifest.max_tokens)
    found = Answers.empty(len(texts))
    for batch in batches(encoder.ids(texts)):
        logits = session.logits(batch.input_ids, batch.lengths)
        leaves = leaf_probabilities(logits, taxonomy, bundle.manifest.temperature)
        part = answers_of(taxonomy.masses(leaves), taxonomy, least)
        found.nodes[batch.rows], found.masses[batch.rows] = part.nodes, part.masses
        if on_progress:
            on_progress(len(batch.rows))
    return found
