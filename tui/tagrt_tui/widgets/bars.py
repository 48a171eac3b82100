"""Bars of characters: one split by who decides, and charts of them."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content
from textual.widget import Widget

from tagrt.store.overview import BINS, PastRun, Split

STYLES = ("$success", "$warning", "$accent")
"""Of auto, review and human; the characters differ too, for screens without colours."""

FILLS = ("━", "╍", "▪")

_Part = str | tuple[str, str]


def split_bar(split: Split, largest: int, width: int) -> list[tuple[str, str]]:
    """Return a bar of as many cells as a split is of the largest, in parts by who decides."""
    ends = [round(sum(split[: n + 1]) / max(1, largest) * width) for n in range(len(split))]
    starts = [0, *ends[:-1]]
    parts = [
        (fill * (end - start), style)
        for fill, style, start, end in zip(FILLS, STYLES, starts, ends, strict=True)
        if end > start
    ]
    return parts


class Histogram(Widget):
    """Products by the probability of their best guess, the surest on top."""

    DEFAULT_CSS = f"Histogram {{ height: {BINS + 1}; }}"

    def __init__(self) -> None:
        """Show nothing yet."""
        super().__init__()
        self._title = ""
        self._bins: Sequence[Split] = ()

    def show(self, title: str, bins: Sequence[Split]) -> None:
        """Show bins from 0 to 1."""
        self._title, self._bins = title, bins
        self.refresh()

    def render(self) -> Content:
        """Return a line for each bin."""
        parts: list[_Part] = [(self._title, "bold")]
        largest = max((split.total for split in self._bins), default=0)
        digits = len(f"{largest:,}")
        width = max(1, self.content_size.width - digits - len("100% "))
        for number, split in reversed(list(enumerate(self._bins))):
            label, bar = f"{number * 100 // BINS:3}% ", split_bar(split, largest, width - 1)
            parts += ["\n", (label, "$text-muted"), *bar]
            drawn = sum(len(part[0]) for part in bar)
            parts += [" " * (width - drawn), (f"{split.total:>{digits},}", "$text-muted")]
        return Content.assemble(*parts)


class RunChart(Widget):
    """Speed of past runs, the last on top."""

    DEFAULT_CSS = "RunChart { height: 1fr; min-height: 3; }"

    def __init__(self) -> None:
        """Show nothing yet."""
        super().__init__()
        self._title = self._nothing = ""
        self._runs: Sequence[PastRun] = ()

    def show(self, title: str, nothing: str, runs: Sequence[PastRun]) -> None:
        """Show runs, oldest first, or say that there are none."""
        self._title, self._nothing, self._runs = title, nothing, runs
        self.refresh()

    def render(self) -> Content:
        """Return a line for each run that fits."""
        parts: list[_Part] = [(self._title, "bold")]
        shown = list(reversed(self._runs))[: max(1, self.content_size.height - 1)]
        fastest = max((run.rows_per_second for run in shown), default=0.0)
        width = max(1, self.content_size.width - len("2026-01-31 ") - len(" 99,999"))
        for run in shown:
            bar = "━" * round(run.rows_per_second / fastest * width)
            speed = f"{run.rows_per_second:7,.0f}"
            parts += ["\n", (f"{run.started[:10]} ", "$text-muted"), (bar, "$primary")]
            parts += [" " * (width - len(bar)), speed]
        if not shown:
            parts += ["\n", (self._nothing, "$text-muted")]
        return Content.assemble(*parts)
