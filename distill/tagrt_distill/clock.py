"""Wall time of a run's steps, kept over interruptions."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path


class Clock:
    """Says that a step starts and ends, and adds its wall time up in `seconds.json` of the run folder."""

    def __init__(self, folder: Path, say: Callable[[str], None]) -> None:
        """Take the run folder, and whom to tell."""
        self._path = folder / "seconds.json"
        self._say = say

    @contextmanager
    def timed(self, step: str) -> Iterator[None]:
        """Time the block; one that fails is not counted."""
        started = time.monotonic()
        self._say(f"{step}: start")
        yield
        seconds = time.monotonic() - started
        self._say(f"{step}: done in {seconds:.0f} s")
        known = self.seconds()
        self._path.write_text(json.dumps({**known, step: round(known.get(step, 0.0) + seconds, 1)}))

    def seconds(self) -> dict[str, float]:
        """Return the seconds per step so far."""
        known: dict[str, float] = json.loads(self._path.read_text()) if self._path.is_file() else {}
        return known
