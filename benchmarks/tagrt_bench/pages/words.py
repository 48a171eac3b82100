"""The running text of a report: what was done, and how to read it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from tagrt_bench.pages import tables


class Section(NamedTuple):
    """A heading, a text and a table."""

    heading: str
    text: str
    table: Callable[[dict[str, Any]], tables.Table]


TITLE = "tagrt against what you would use instead"

SECTIONS = (
    Section(
        "Where a peer is ahead",
        "The best peer on each measure, where it is better than tagrt as shipped beyond the noise of both, "
        "whatever its tags are worth: its hF1 is told beside it.",
        tables.beaten_table,
    ),
    Section(
        "How well they tag",
        "Best guesses from the title alone on shops that are in no training row; means over the sets, ± half "
        "of the 95 % bootstrap interval. hF1 counts the shared part of two tag paths. Covered at 95 %: the "
        "largest share of rows that could be decided unseen with a hierarchical precision of 0.95. ECE: "
        "calibration error at the label's depth. Consistency: edited titles (colour, quantity, pack, brand, "
        "word order) that keep the upper two levels of their tag. Every peer is judged by its whole "
        "distribution, walked down the tree, and timed by its quickest call: both in its favour.",
        tables.accuracy_table,
    ),
    Section("hF1 per set", "", tables.sets_table),
    Section(
        "How fast they are",
        "Products a second for batches of fixed size, for a stream (up to 8,192 titles given at once, to be "
        "parted among threads as a peer likes; tagrt gives each thread 1,024 at most), and for a file read, "
        "normalised, tagged and written; milliseconds for one title. Medians of the rounds, ± half of "
        "their range. The peers take turns, each in a process of its own, so that a drifting machine hurts "
        "all alike.",
        tables.speed_table,
    ),
    Section(
        "What they cost",
        "CPU seconds are those of all threads; peak memory is that of the process that was timed; the "
        "install is all distributions that it needs, Python aside.",
        tables.cost_table,
    ),
    Section("Who was measured", "", tables.peers_table),
    Section("How it was made", "", tables.facts_table),
)
