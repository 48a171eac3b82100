"""Rows of a delimited text, lost quotes survived: no stray quote may swallow other rows."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterable, Iterator
from typing import NamedTuple

MAX_RECORD = 1_000_000
"""Characters a record of several lines may have before its opening quote counts as a stray one."""

STRAY_QUOTE = "a quote that does not fit: check the cells"
NUL_BYTES = "NUL bytes were dropped"

_FIELD_LIMIT = 1 << 30


class Row(NamedTuple):
    """One row of a delimited text.

    Attributes:
        cells: Its cells; none for a blank line.
        damage: What is wrong with it, empty if it is whole; a stray quote does no harm where the cells fit.
        line: 1-based number of the line it begins on, among those read.
    """

    cells: list[str]
    damage: str = ""
    line: int = 0


class _StrayQuoteError(Exception):
    """A quoted cell does not end."""


class _Lines:
    """Feeds lines to `csv.reader` and remembers those of the current record."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = iter(lines)
        self._again: deque[str] = deque()
        self.record: list[str] = []
        self.damage = ""
        self.line = 0
        self._read = 0
        self._length = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if self._length > MAX_RECORD:
            raise _StrayQuoteError
        try:
            line = self._again.popleft() if self._again else next(self._lines)
        except StopIteration:
            if self.record:
                raise _StrayQuoteError from None
            raise
        if "\0" in line:
            line = line.replace("\0", "")
            self.damage = NUL_BYTES
        self.record.append(line)
        self._read += 1
        self._length += len(line)
        return line

    def start_record(self) -> None:
        """Forget the lines of the record that is complete."""
        self.record.clear()
        self.line = self._read + 1
        self.damage = ""
        self._length = 0

    def give_back(self) -> str:
        """Queue all lines of the record again but the first, and return that."""
        first, *others = self.record
        self._read -= len(others)
        self._again.extendleft(reversed(others))
        self.start_record()
        return first


def read_rows(lines: Iterable[str], delimiter: str, width: int = 0) -> Iterator[Row]:
    """Split lines into rows of cells; blank lines give empty rows.

    A quoted cell counts as begun by a stray quote where it does not end within `MAX_RECORD` characters or
    before the end of the file, where it ends in the middle of a text, or where each of its lines is a
    whole row by itself. The line it begins on is then read alone, quotes kept as they stand, and reading
    goes on with the next line. NUL characters are dropped.

    Args:
        lines: Lines with their line ends.
        delimiter: One character.
        width: Number of columns; that of the first row if 0.

    Yields:
        One row at a time, with what was mended in it.
    """
    csv.field_size_limit(max(csv.field_size_limit(), _FIELD_LIMIT))
    feed = _Lines(lines)
    reader = csv.reader(feed, delimiter=delimiter, strict=True)
    while True:
        feed.start_record()
        try:
            cells = next(reader)
            stray = len(feed.record) > 1 and _all_whole(feed.record, delimiter, width)
        except StopIteration:
            return
        except (_StrayQuoteError, csv.Error):
            stray = True
            reader = csv.reader(feed, delimiter=delimiter, strict=True)
        if stray:
            line = feed.line
            cells = _tolerant_cells(feed.give_back().rstrip("\r\n"), delimiter)
            yield Row(cells, STRAY_QUOTE if len(cells) != width else "", line)
        else:
            width = width or len(cells)
            yield Row(cells, feed.damage, feed.line)


def _all_whole(record: list[str], delimiter: str, width: int) -> bool:
    """Whether every line of a record would be a row of the table's width by itself.

    Two columns prove too little: a text of two lines with a comma in each is not rare. And a quote that
    closes the record at the very start of a cell is no inch mark, but one that belongs there.
    """
    if width < 3:
        return False
    cells: list[str] = []
    for line in record:
        cells = _tolerant_cells(line.rstrip("\r\n"), delimiter)
        if len(cells) != width:
            return False
    return not any(cell.startswith('"') for cell in cells)


def _tolerant_cells(line: str, delimiter: str) -> list[str]:
    """Split one line; a quote ends a cell only before a delimiter or the end, and is else a character."""
    cells: list[str] = []
    at = 0
    while True:
        end = _closing_quote(line, at + 1, delimiter) if line.startswith('"', at) else -1
        if end >= 0:
            cells.append(line[at + 1 : end].replace('""', '"'))
            at = end + 1
        else:
            stop = line.find(delimiter, at)
            stop = len(line) if stop < 0 else stop
            cells.append(line[at:stop])
            at = stop
        if at >= len(line):
            return cells
        at += len(delimiter)


def _closing_quote(line: str, start: int, delimiter: str) -> int:
    at = line.find('"', start)
    while at >= 0:
        after = line[at + 1 : at + 2]
        if after in ("", delimiter):
            return at
        at = line.find('"', at + (2 if after == '"' else 1))
    return -1
