"""Parity: does every step from torch to int8 still say the same?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from tagrt.inference.decode import Decoder, leaf_probabilities
from tagrt.inference.encode import TextEncoder, batches
from tagrt.inference.session import Session
from tagrt.taxonomy import Taxonomy

Array = np.ndarray[Any, np.dtype[np.float32]]


def graph_logits(session: Session, encoder: TextEncoder, texts: Sequence[str], nodes: int) -> Array:
    """Return float32 logits [texts, nodes] of an ONNX session, in the order of the texts."""
    logits = np.zeros((len(texts), nodes), dtype=np.float32)
    for batch in batches(encoder.ids(texts)):
        logits[batch.rows] = session.logits(batch.input_ids, batch.lengths)
    return logits


def largest_difference(one: Array, other: Array) -> float:
    """Return max |logit difference|."""
    return float(np.abs(one - other).max())


def agreement(one: Array, other: Array, taxonomy: Taxonomy) -> float:
    """Return the share of rows whose best path ends in the same leaf."""
    return float((_paths(one, taxonomy) == _paths(other, taxonomy)).all(axis=1).mean())


def _paths(logits: Array, taxonomy: Taxonomy) -> np.ndarray[Any, np.dtype[np.int32]]:
    masses = taxonomy.masses(leaf_probabilities(logits, taxonomy, 1.0))
    return Decoder(taxonomy).decode(masses).nodes
