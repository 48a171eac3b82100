"""What the full report is told; the room ``benchmarks`` announces who makes it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

ENTRY_POINTS = "tagrt.benchmarks"
"""Group of entry points in which the maker of full reports is ``report``: called with `ReportOptions`."""


@dataclass(frozen=True, slots=True)
class ReportOptions:
    """A full report.

    Attributes:
        folder: Where it goes; what was measured is kept in ``work/`` below it.
        corpus: Folder with train/ and dev/.
        peers: Names of the peers; all if empty.
        rows: Training rows at most; all if 0.
        encoder_rows: Training rows at most for peers that embed each one.
        rounds: Rounds of speed measurements.
        seconds: Seconds per measurement.
        threads: Threads that every peer may use.
        model: Bundle of the shipped peer; the one in the package if None.
        student: Folder of a student's checkpoint; read back from the bundle if None.
        teacher: Folder of a teacher's checkpoint, if there is one.
        ipex_python: Python of an environment with intel-extension-for-pytorch, if there is one.
    """

    folder: Path
    corpus: Path
    peers: tuple[str, ...] = ()
    rows: int = 0
    encoder_rows: int = 20_000
    rounds: int = 3
    seconds: float = 1.5
    threads: int = 2
    model: Path | None = None
    student: Path | None = None
    teacher: Path | None = None
    ipex_python: Path | None = None
