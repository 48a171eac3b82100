"""Averaging answers in probability space."""

from __future__ import annotations

from collections.abc import Sequence

from tagrt_distill.teacher.answers import WIDTH, Answers


def blend(parts: Sequence[tuple[Answers, float]]) -> Answers:
    """Return the weighted mean of several models' answers, the heaviest nodes of each text.

    Args:
        parts: Answers to the same texts with their weights, which should sum to 1.
    """
    first = parts[0][0]
    blended = Answers.empty(len(first.nodes))
    for row in range(len(first.nodes)):
        masses: dict[int, float] = {}
        for answers, share in parts:
            for node, mass in zip(answers.nodes[row].tolist(), answers.masses[row].tolist(), strict=True):
                if mass > 0:
                    masses[node] = masses.get(node, 0.0) + share * mass
        kept = sorted(masses.items(), key=lambda pair: -pair[1])[:WIDTH]
        total = sum(mass for _, mass in kept) or 1.0
        blended.nodes[row, : len(kept)] = [node for node, _ in kept]
        blended.masses[row, : len(kept)] = [mass / total for _, mass in kept]
    return blended
