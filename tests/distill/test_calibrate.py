"""Temperature and threshold make probabilities and decisions hold."""

import numpy as np
import pytest

from tagrt.metrics import calibration_error
from tagrt.taxonomy import Taxonomy
from tagrt_distill.calibrate import guess_error, least_mass

TREE = Taxonomy(["f", "f/a", "f/b", "e"], ["", "f", "f", ""], list("FABE"), list("食甲乙电"))
F, A, B, E = (TREE.index[tag] for tag in ("f", "f/a", "f/b", "e"))


def masses(*leaves: tuple[float, float, float]) -> np.ndarray:
    return TREE.masses(np.array(leaves, dtype=np.float32))


def test_the_error_is_the_gap_between_confidence_and_accuracy_per_bin() -> None:
    confidence, right = np.array([0.95, 0.95, 0.15, 0.15]), np.array([1.0, 0.0, 0.0, 0.0])
    assert calibration_error(confidence, right) == pytest.approx(0.5 * 0.45 + 0.5 * 0.15)
    assert calibration_error(np.array([1.0, 0.0]), np.array([1.0, 0.0])) == 0.0
    assert calibration_error(np.array([]), np.array([])) == 0.0


def test_a_guess_is_judged_at_the_depth_of_its_label() -> None:
    split = masses((0.5, 0.4, 0.1))
    assert guess_error(split, [F], TREE) == pytest.approx(0.1, abs=1e-6)
    assert guess_error(split, [A], TREE) == pytest.approx(0.5, abs=1e-6)
    assert guess_error(split, [E], TREE) == pytest.approx(0.9, abs=1e-6)


def test_the_threshold_rises_until_decisions_are_precise_enough() -> None:
    rows = [(0.99, 0.01, 0.0)] * 19 + [(0.7, 0.3, 0.0)]
    labels = [A] * 19 + [B]
    assert least_mass(masses(*rows), labels, TREE, 0.95) == pytest.approx(0.5)
    assert least_mass(masses(*rows), labels, TREE, 0.99) == pytest.approx(0.71, abs=0.02)
