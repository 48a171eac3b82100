"""The rows of a file, of which only those on the screen are ever read; a marked cell moves over them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import ClassVar

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.cache import LRUCache
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tagrt.errors import TagrtError
from tagrt.tables.record import Record
from tagrt.tables.window import TableWindow

WIDEST = 40
"""Cells of the screen that a column may take."""

_BLOCK = 64
_HEAD = 2
_GAP = 2


class TableView(ScrollView, can_focus=False):
    """A table with the names of its columns and, above them, what the model reads from each."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"table--head", "table--role", "table--dim"}
    DEFAULT_CSS = """
    TableView { height: 1fr; scrollbar-size: 1 1; }
    TableView > .table--head { text-style: bold; background: $panel; }
    TableView > .table--role { color: $success; text-style: bold; }
    TableView > .table--dim { color: $text-muted; }
    """

    class Unreadable(Message):
        """The file cannot be read any more."""

        def __init__(self, error: TagrtError) -> None:
            """Say why."""
            super().__init__()
            self.error = error

    def __init__(self) -> None:
        """Show nothing yet."""
        super().__init__()
        self.row = 0
        self.column = 0
        self._window: TableWindow | None = None
        self._roles: Mapping[int, str] = {}
        self._widths: list[int] = []
        self._blocks: LRUCache[int, list[Record]] = LRUCache(32)
        self._told = False

    def show(self, window: TableWindow, roles: Mapping[int, str]) -> None:
        """Show a table.

        Args:
            window: Its rows.
            roles: A word for each column that the model reads, by position.
        """
        if window is not self._window:
            self._window, self._told = window, False
            self.row = self.column = 0
            self._blocks.clear()
            self.scroll_to(0, 0, animate=False, force=True)
        self._roles = roles
        heads = zip(window.header, (roles.get(at, "") for at in range(len(window.header))), strict=True)
        self._widths = [_width(3, head) for head in heads]
        self._widen(window.sample[:_BLOCK])
        self.grow()

    def grow(self) -> None:
        """Take in what the index has found meanwhile."""
        if self._window:
            width = self._gutter + sum(self._widths) + _GAP * len(self._widths)
            self.virtual_size = Size(width, self._window.rows + _HEAD)
            self.refresh()

    def move(self, rows: int = 0, columns: int = 0) -> None:
        """Move the mark, and the table with it."""
        if not self._window:
            return
        self.row = min(max(self.row + rows, 0), max(self._window.rows - 1, 0))
        self.column = min(max(self.column + columns, 0), len(self._widths) - 1)
        self._follow()
        self.refresh()

    @property
    def page(self) -> int:
        """Rows on one screen."""
        return max(1, self.scrollable_content_region.height - _HEAD)

    @property
    def cell(self) -> str:
        """The text of the marked cell."""
        record = self._record(self.row)
        return record.cells[self.column] if record else ""

    def render_line(self, y: int) -> Strip:
        """Return one line of the screen."""
        left, top = self.scroll_offset
        width = self.size.width
        if not self._window:
            return Strip.blank(width, self.rich_style)
        strip = self._head(y) if y < _HEAD else self._row(top + y - _HEAD)
        return strip.crop_extend(left, left + width, self.rich_style)

    def _head(self, y: int) -> Strip:
        assert self._window
        role, name = ("table--role", "table--head")
        style = self.get_component_rich_style(role if y == 0 else name)
        texts = [
            self._roles.get(at, "") if y == 0 else header for at, header in enumerate(self._window.header)
        ]
        return self._strip("", texts, [style] * len(texts), style)

    def _row(self, row: int) -> Strip:
        record = self._record(row)
        if record is None:
            return Strip.blank(self.size.width, self.rich_style)
        plain, dim = self.rich_style, self.get_component_rich_style("table--dim")
        styles = [plain if at in self._roles else dim for at in range(len(record.cells))]
        if row == self.row:
            styles = [style + Style(bold=True) for style in styles]
            styles[self.column] += Style(reverse=True)
        cells = [record.error, *record.cells[1:]] if record.error else record.cells
        return self._strip(str(row + 1), cells, styles, dim)

    def _strip(self, number: str, texts: list[str], styles: list[Style], outside: Style) -> Strip:
        parts = [Segment(number.rjust(self._gutter - 1) + " ", outside)]
        for text, width, style in zip(texts, self._widths, styles, strict=False):
            parts += [Segment(_fitted(text, width), style), Segment(" " * _GAP, outside)]
        return Strip(parts)

    def _record(self, row: int) -> Record | None:
        if not self._window or not 0 <= row < self._window.rows:
            return None
        block = self._block(row // _BLOCK)
        return block[row % _BLOCK] if row % _BLOCK < len(block) else None

    def _block(self, number: int) -> list[Record]:
        assert self._window
        found = self._blocks.get(number)
        if found is None:
            try:
                found = self._window.read(number * _BLOCK, _BLOCK)
            except TagrtError as error:
                if not self._told:
                    self._told = True
                    self.post_message(self.Unreadable(error))
                return []
            if len(found) == _BLOCK or self._window.complete:
                self._blocks.set(number, found)
                if self._widen(found):
                    self.call_later(self.grow)
        return found

    def _follow(self) -> None:
        left, top = self.scroll_offset
        start = self._gutter + sum(self._widths[: self.column]) + _GAP * self.column
        end = start + self._widths[self.column]
        room = self.scrollable_content_region.width
        x = start if start < left else max(min(start, end - room), left)
        x = 0 if self.column == 0 else x
        y = min(max(top, self.row - self.page + 1), self.row)
        if (x, y) != (left, top):
            self.scroll_to(x, y, animate=False, force=True)

    def _widen(self, records: Sequence[Record]) -> bool:
        """Give the columns what these rows need; they never shrink again, or the table would dance."""
        before = self._widths
        columns = zip(*(record.cells for record in records), strict=True)
        self._widths = [_width(*pair) for pair in zip(before, columns, strict=True)] if records else before
        return self._widths != before

    @property
    def _gutter(self) -> int:
        return len(str(self._window.rows)) + 1 if self._window else 0


def _width(least: int, texts: Iterable[str]) -> int:
    return min(max(least, *(cell_len(_line(text)) for text in texts)), WIDEST)


def _line(text: str) -> str:
    """Return as much of a cell as can be seen, on one line, without characters that move the cursor."""
    return "".join(c if c.isprintable() else " " for c in text[: 2 * WIDEST])


def _fitted(text: str, width: int) -> str:
    line = _line(text)
    return set_cell_size(line, width) if cell_len(line) <= width else set_cell_size(line, width - 1) + "…"
