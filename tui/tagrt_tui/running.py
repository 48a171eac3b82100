"""A run under way in a thread of its own, and what the screens may know of it."""

from __future__ import annotations

from enum import Enum
from pathlib import Path

from tagrt import Tagger
from tagrt.policy.shop import open_shop
from tagrt.run import Progress, RunControl, RunOptions, RunStopped, Summary, run_file


class RunState(str, Enum):
    """Where a run stands."""

    GOING = "going"
    PAUSED = "paused"
    STOPPED = "stopped"
    FAILED = "failed"
    DONE = "done"


class Running:
    """One run; `work` belongs to a thread, all else may be read from any.

    Attributes:
        source: The file that is tagged.
        output: Where the result goes.
        control: Holds and stops it.
        progress: How far it has come, None before the first rows.
        summary: What it did, None before its end.
        error: Why it failed.
    """

    def __init__(
        self, tagger: Tagger, source: Path, output: Path, options: RunOptions, vocabulary: Path | None = None
    ) -> None:
        """Take what is to be done; nothing begins yet."""
        self.source = source
        self.output = output
        self.control = RunControl()
        self.progress: Progress | None = None
        self.summary: Summary | None = None
        self.error: Exception | None = None
        self._tagger = tagger
        self._options = options
        self._vocabulary = vocabulary
        self._ended = False

    @property
    def state(self) -> RunState:
        """Where the run stands."""
        if not self._ended:
            return RunState.PAUSED if self.control.paused else RunState.GOING
        if self.error:
            return RunState.FAILED
        return RunState.DONE if self.summary else RunState.STOPPED

    @property
    def ended(self) -> bool:
        """Whether it is over, one way or the other."""
        return self._ended

    def work(self) -> None:
        """Do the run; whatever happens is told by the attributes."""
        try:
            tagger = self._tagger
            if self._vocabulary:
                tagger = Tagger(tagger.bundle, self._vocabulary)
            shop = open_shop(tagger, self._options.store)
            self.summary = run_file(shop, self.source, self._options, self._note, self.control)
        except RunStopped:
            pass
        except Exception as error:  # a thread has nobody above it who would tell the person
            self.error = error
        finally:
            self._ended = True

    def _note(self, progress: Progress) -> None:
        self.progress = progress
