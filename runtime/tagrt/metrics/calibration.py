"""Calibration error: whether a probability of 0.8 is right in 8 of 10 cases."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

BINS = 10


def calibration_error(confidence: NDArray[np.float64], right: NDArray[np.float64]) -> float:
    """Return the expected |confidence - accuracy| over bins of equal width (ECE; Guo et al., 2017).

    Args:
        confidence: float [rows], probabilities of the guesses.
        right: float [rows], 1 where the guess is right, else 0.
    """
    bins = np.minimum((confidence * BINS).astype(int), BINS - 1)
    gaps = (abs(float((confidence - right)[bins == b].sum())) for b in range(BINS))
    return sum(gaps) / max(len(confidence), 1)
