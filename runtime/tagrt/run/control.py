"""Pausing and stopping a run from another thread, such as that of a user interface."""

from __future__ import annotations

import time
from threading import Event


class RunStopped(Exception):
    """A run was stopped at somebody's wish; what it has written is kept for `RunOptions.resume`."""


class RunControl:
    """The brake of one run; safe to use from any thread.

    Attributes:
        waited: Seconds for which the run was held.
    """

    def __init__(self) -> None:
        """Let the run go."""
        self.waited = 0.0
        self._going = Event()
        self._going.set()
        self._stopped = False

    @property
    def paused(self) -> bool:
        """Whether the run is held."""
        return not self._going.is_set()

    @property
    def stopped(self) -> bool:
        """Whether the run was asked to stop."""
        return self._stopped

    def pause(self) -> None:
        """Hold the run after the rows it has at hand."""
        self._going.clear()

    def resume(self) -> None:
        """Let the run go on."""
        self._going.set()

    def stop(self) -> None:
        """End the run after the rows it has at hand, held or not."""
        self._stopped = True
        self._going.set()

    def check(self) -> None:
        """Wait while the run is held.

        Raises:
            RunStopped: If it is to stop.
        """
        if self.paused:
            began = time.perf_counter()
            self._going.wait()
            self.waited += time.perf_counter() - began
        if self._stopped:
            raise RunStopped
