"""A run on the screen: how far it is, how fast, what it decided, and its most frequent tags as bars."""

from __future__ import annotations

from rich.cells import cell_len, set_cell_size
from textual.content import Content
from textual.widget import Widget

from tagrt.run import Progress
from tagrt.types import Language
from tagrt_tui.running import RunState
from tagrt_tui.texts import text

_HEAD = 3
_NAME = 28
Part = str | tuple[str, str]


class RunPanel(Widget):
    """Three lines about the run, and below them a bar for each of the top tags."""

    DEFAULT_CSS = """
    RunPanel { height: auto; display: none; border-top: solid $panel; padding: 0 1; }
    RunPanel.open { display: block; }
    """

    def __init__(self) -> None:
        """Show nothing yet."""
        super().__init__()
        self._progress = Progress(0, 0, 1, 0.0)
        self._state = RunState.GOING
        self._message = ""
        self._language = Language.EN
        self.bars = 5

    def show(self, progress: Progress | None, state: RunState, message: str, language: Language) -> None:
        """Show how a run stands.

        Args:
            progress: How far it has come.
            state: Whether it goes on.
            message: Where its output is, or why it failed.
            language: Of the texts.
        """
        self._progress = progress or Progress(0, 0, 1, 0.0)
        self._state, self._message, self._language = state, message, language
        self.add_class("open")
        self.refresh()

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
        name = text(f"run.{self._state.value}", self._language)
        colour = {RunState.DONE: "$success", RunState.FAILED: "$error"}.get(self._state, "$warning")
        if self._state in (RunState.DONE, RunState.FAILED, RunState.STOPPED):
            room = width - cell_len(name) - 2
            said = self._message if cell_len(self._message) <= room else self._message[:room]
            return [(name, f"bold {colour}"), f"  {said}"]
        share = self._progress.share if self._progress.rows else 0.0
        room = max(4, width - cell_len(name) - 8)
        filled = round(share * room)
        bar: list[Part] = [("━" * filled, "$accent"), ("╌" * (room - filled), "$text-muted")]
        return [(name, f"bold {colour}"), "  ", *bar, f" {share:4.0%}"]

    def _pace_line(self) -> list[Part]:
        progress, language = self._progress, self._language
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
        progress, language = self._progress, self._language
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
