"""A run on the screen: how far it is, how fast, what it decided, and its most frequent tags as bars."""

from __future__ import annotations

import time
from pathlib import Path

from rich.cells import cell_len, set_cell_size
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from tagrt.run import Progress
from tagrt_tui.error_texts import error_text
from tagrt_tui.running import Running, RunState
from tagrt_tui.session import Session
from tagrt_tui.texts import text
from tagrt_tui.widgets.cut import cut_end

_HEAD = 3
_NAME = 28
SILENCE = 3.0
"""Seconds without a row after which the person is told what it may be waiting for."""

TICK = 0.25
"""Seconds between two looks at the run."""

Part = str | tuple[str, str]


class RunPanel(Widget):
    """Three lines about the run, and below them a bar for each of the top tags."""

    DEFAULT_CSS = """
    RunPanel { height: auto; display: none; border-top: solid $panel; padding: 0 1; }
    RunPanel.open { display: block; }
    """

    class Changed(Message):
        """The run is in another state than before."""

        def __init__(self, running: Running) -> None:
            """Take the run."""
            super().__init__()
            self.running = running

    def __init__(self, session: Session) -> None:
        """Take the session, whose latest run is shown."""
        super().__init__()
        self._session = session
        self._progress = Progress(0, 0, 1, 0.0)
        self._state = RunState.GOING
        self._message = ""
        self._told: tuple[Running, RunState] | None = None
        self._moved: tuple[Running | None, int, float] = (None, 0, 0.0)
        self.bars = 5

    @property
    def told(self) -> RunState | None:
        """The state of the latest run as it was last told."""
        return self._told[1] if self._told and self._told[0] is self._session.running else None

    def on_mount(self) -> None:
        """Look at the run from time to time: it knows of no screen."""
        self.set_interval(TICK, self._tick)

    def look(self) -> None:
        """Show how the latest run stands."""
        running = self._session.running
        if running:
            self.show(running.progress, running.state, self._said(running))

    def leave(self, source: Path) -> None:
        """Put away what a run that is over said of another file."""
        running = self._session.running
        if running and running.ended and running.source != source:
            self._session.running = self._told = None
            self.remove_class("open")

    def show(self, progress: Progress | None, state: RunState, message: str) -> None:
        """Show how a run stands.

        Args:
            progress: How far it has come.
            state: Whether it goes on.
            message: Where its output is, or why it failed.
        """
        self._progress = progress or Progress(0, 0, 1, 0.0)
        self._state, self._message = state, message
        self.add_class("open")
        self.refresh()

    def _tick(self) -> None:
        running = self._session.running
        if running is None:
            return
        now = (running, running.state)
        if now != self._told:
            self._told = now
            self.look()
            self.post_message(self.Changed(running))
        elif not running.ended:
            self.look()

    def _said(self, running: Running) -> str:
        language = self._session.language
        if not running.ended:
            return text("run.waiting", language) if self._silent(running) else ""
        if running.error:
            return error_text(running.error, language)
        if running.state is RunState.STOPPED:
            return text("run.goes_on", language)
        queue = self._session.queue if running.summary else None
        waiting = queue.count() if queue else 0
        name = "run.written_review" if waiting else "run.written"
        return text(name, language, name=running.output.name, review=waiting)

    def _silent(self, running: Running) -> bool:
        """Whether nothing has come of a run for a while that is not held."""
        rows = running.progress.rows if running.progress else 0
        if (running, rows) != self._moved[:2] or running.control.paused:
            self._moved = running, rows, time.monotonic()
        return time.monotonic() - self._moved[2] > SILENCE

    def render(self) -> Content:
        """Return the lines, as wide as the widget is now."""
        width = max(20, self.content_size.width)
        lines = [
            self._state_line(width),
            self._pace_line(),
            self._split_line(),
            *self._chart(width),
        ]
        lines += [[""]] * (_HEAD + self.bars - len(lines))
        parts: list[Part] = []
        for line in lines:
            parts += ["\n"] * bool(parts) + line
        return Content.assemble(*parts)

    def _state_line(self, width: int) -> list[Part]:
        running = self._session.running
        stopping = running is not None and not running.ended and running.control.stopped
        name = text("run.stopping" if stopping else f"run.{self._state.value}", self._session.language)
        colour = {RunState.DONE: "$success", RunState.FAILED: "$error"}.get(self._state, "$warning")
        if self._state in (RunState.DONE, RunState.FAILED, RunState.STOPPED):
            room = width - cell_len(name) - 2
            return [(name, f"bold {colour}"), f"  {cut_end(self._message, room)}"]
        share = self._progress.share if self._progress.rows else 0.0
        room = max(4, width - cell_len(name) - 8)
        filled = round(share * room)
        bar: list[Part] = [("━" * filled, "$accent"), ("╌" * (room - filled), "$surface-lighten-2")]
        return [(name, f"bold {colour}"), "  ", *bar, f" {share:4.0%}"]

    def _pace_line(self) -> list[Part]:
        progress, language = self._progress, self._session.language
        if self._state is RunState.GOING and self._message:
            return [(self._message, "$warning")]
        parts = [text("run.rows", language, count=progress.rows)]
        if self._state in (RunState.GOING, RunState.PAUSED) and progress.rows:
            left = int(progress.seconds_left)
            parts += [
                text("run.speed", language, speed=progress.rows_per_second),
                text("run.left", language, left=f"{left // 60}:{left % 60:02d}"),
            ]
        if progress.resumed:
            parts.append(text("run.resumed", language, count=progress.resumed))
        if progress.failed:
            parts.append(text("run.failed_rows", language, count=progress.failed))
        return ["  ".join(parts)]

    def _split_line(self) -> list[Part]:
        progress, language = self._progress, self._session.language
        rows = progress.rows
        if not rows:
            return [""]
        parts: list[Part] = []
        for name, count, colour in (
            ("run.auto", progress.auto, "$success"),
            ("run.review", progress.review, "$warning"),
            ("run.human", progress.human, "$accent"),
        ):
            if count or name != "run.human":
                parts += [("■ ", colour), f"{text(name, language)} {count:,} ({count / rows:.0%})   "]
        return parts

    def _chart(self, width: int) -> list[list[Part]]:
        top = self._progress.top_tags[: self.bars]
        if not top:
            return []
        name = min(_NAME, max(10, width // 3))
        most = top[0][1]
        digits = len(f"{most:,}")
        room = max(4, width - name - digits - 2)
        lines: list[list[Part]] = []
        for tag, count in top:
            bar = max(1, round(count / most * room))
            label = tag if cell_len(tag) <= name else set_cell_size(tag, name - 1) + "…"
            parts: list[Part] = [set_cell_size(label, name), " ", (f"{count:,}".rjust(digits), "bold"), " "]
            lines.append([*parts, ("━" * bar, "$success")])
        return lines
