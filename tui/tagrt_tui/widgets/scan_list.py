"""The last scans of this session, newest first."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import set_cell_size
from textual.content import Content
from textual.widget import Widget

from tagrt_tui.scans import Scan


class ScanList(Widget):
    """A line for each scan: time, and the product or what is wrong."""

    DEFAULT_CSS = "ScanList { height: 1fr; }"

    def __init__(self) -> None:
        """Show nothing yet."""
        super().__init__()
        self._scans: Sequence[Scan] = ()

    def show(self, scans: Sequence[Scan]) -> None:
        """Show scans."""
        self._scans = scans
        self.refresh()

    def render(self) -> Content:
        """Return as many lines as fit."""
        width, height = max(10, self.content_size.width), max(1, self.content_size.height)
        parts: list[str | tuple[str, str]] = []
        for scan in self._scans[:height]:
            mark, style = ("✗", "$error") if scan.wrong else ("✓", "") if scan.title else ("?", "$warning")
            what = " ".join(scan.title.split()) or scan.code
            line = f"{scan.at:%H:%M:%S} {mark} {what}"
            parts += ["\n"] * bool(parts) + [(set_cell_size(line, width), style)]
        return Content.assemble(*parts)
