"""Where the time of a run goes: CPU seconds per stage, summed over threads."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock


class Stages:
    """Adds up the CPU time that threads spend in named stages; safe to use from several at once.

    CPU time, not wall time: a thread that waits for its turn counts for nothing.

    Attributes:
        seconds: CPU seconds by stage, in the order in which the stages first came.
    """

    def __init__(self) -> None:
        """Start at nothing."""
        self.seconds: dict[str, float] = {}
        self._lock = Lock()

    @contextmanager
    def timed(self, stage: str) -> Iterator[None]:
        """Add the CPU time of the block to a stage."""
        started = time.thread_time()
        try:
            yield
        finally:
            spent = time.thread_time() - started
            with self._lock:
                self.seconds[stage] = self.seconds.get(stage, 0.0) + spent
