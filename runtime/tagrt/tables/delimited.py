"""Rows of a delimited text, lost quotes survived: no stray quote may swallow the rest of a file."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterable, Iterator

MAX_RECORD = 1_000_000
"""Characters a record of several lines may have before its opening quote counts as a stray one."""


class _StrayQuoteError(Exception):
    """A quoted cell does not end."""


class _Lines:
    """Feeds lines to `csv.reader` and remembers those of the current record."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = iter(lines)
        self._again: deque[str] = deque()
        self._record: list[str] = []
        self._length = 0
        self._asked_for_more = False

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        self._asked_for_more = bool(self._record)
        if self._length > MAX_RECORD:
            raise _StrayQuoteError
        try:
            line = self._again.popleft() if self._again else next(self._lines)
        except StopIteration:
            if self._record:
                raise _StrayQuoteError from None
            raise
        if "\0" in line:
            line = line.replace("\0", "")
        self._record.append(line)
        self._length += len(line)
        return line

    def start_record(self) -> None:
        """Forget the lines of the record that is complete."""
        self._record.clear()
        self._length = 0

    def give_back(self) -> tuple[str, bool]:
        """Queue all lines of the record again but the first; return that, and whether its quotes close."""
        first, *others = self._record
        closed = not others and not self._asked_for_more
        self._again.extendleft(reversed(others))
        self.start_record()
        return first, closed


def read_rows(lines: Iterable[str], delimiter: str) -> Iterator[list[str]]:
    """Split lines into rows of cells; blank lines give empty rows.

    Where a quoted cell does not end within `MAX_RECORD` characters, before the end of the file, or ends
    lines later in the middle of a text, the line it begins on is taken literally, quotes and all, and
    reading goes on with the next line. NUL characters are dropped.

    Args:
        lines: Lines with their line ends.
        delimiter: One character.

    Yields:
        The cells of one row.
    """
    csv.field_size_limit(max(csv.field_size_limit(), 1 << 30))
    feed = _Lines(lines)
    reader = csv.reader(feed, delimiter=delimiter, strict=True)
    while True:
        feed.start_record()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except (_StrayQuoteError, csv.Error):
            cells = _mended(feed, delimiter)
            reader = csv.reader(feed, delimiter=delimiter, strict=True)
        yield cells


def _mended(feed: _Lines, delimiter: str) -> list[str]:
    first, closed = feed.give_back()
    if closed:
        return next(csv.reader([first], delimiter=delimiter))
    return first.rstrip("\r\n").split(delimiter)
