"""Averaging answers in probability space."""

from __future__ import annotations

import numpy as np

from tagrt_distill.teacher.answers import WIDTH, Answers


def blend(teacher: Answers, assistant: Answers, weight: float) -> Answers:
    """Return the weighted mean of two models' answers, the heaviest nodes of each text.

    Args:
        teacher: Answers with weight ``1 - weight``.
        assistant: Answers with weight ``weight``.
        weight: 0 to 1.
    """
    blended = Answers(np.zeros_like(teacher.nodes), np.zeros_like(teacher.masses))
    for row in range(len(teacher.nodes)):
        masses: dict[int, float] = {}
        for answers, share in ((teacher, 1.0 - weight), (assistant, weight)):
            for node, mass in zip(answers.nodes[row].tolist(), answers.masses[row].tolist(), strict=True):
                if mass > 0:
                    masses[node] = masses.get(node, 0.0) + share * mass
        kept = sorted(masses.items(), key=lambda pair: -pair[1])[:WIDTH]
        total = sum(mass for _, mass in kept) or 1.0
        blended.nodes[row, : len(kept)] = [node for node, _ in kept]
        blended.masses[row, : len(kept)] = [mass / total for _, mass in kept]
    return blended
