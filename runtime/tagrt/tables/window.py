"""Rows of a table from any place of it, without the table in memory: for views of large files.

An index says where in the file every few hundredth record begins. It is made in one pass, which another
thread may make while the rows found so far are read. A text is read in its place; what cannot be read from
the middle (gzip, workbooks, Parquet) is unpacked into a temporary file first.
"""

from __future__ import annotations

import io
import json
import tempfile
from bisect import bisect_right
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from threading import Lock
from typing import IO, NamedTuple, Protocol

from tagrt.tables.delimited import read_rows
from tagrt.tables.encoding import Encoding
from tagrt.tables.format import Format
from tagrt.tables.jsonlines import read_records
from tagrt.tables.reader import SEPARATOR_LINE, Table, is_record, open_table, records_of
from tagrt.tables.record import Record
from tagrt.tables.source import READ_ERRORS, unreadable

BLOCK = 256
"""Records between two entries of the index."""

_GZIP_MAGIC = b"\x1f\x8b"


class Mark(NamedTuple):
    """Where a record begins.

    Attributes:
        number: Records before it.
        place: Where its file is to be read from.
        line: Lines of the file before it.
    """

    number: int
    place: int
    line: int


class TableWindow:
    """A table that is read from any place; its header and how it is read are known at once.

    Attributes:
        path: The file.
        format: What kind of file it is.
        header: Names of the columns.
        headed: Whether the file has them.
        encoding: How its bytes are decoded.
        delimiter: One character; empty for all but delimited texts.
        sample: The first records.
        rows: Records that can be read by now.
        complete: Whether these are all.
    """

    def __init__(
        self, path: Path, *, encoding: str | None = None, delimiter: str | None = None, headed: bool = True
    ) -> None:
        """Open a file as `open_table` does.

        Raises:
            TagrtError: If it cannot be read as a table, or not as asked.
        """
        self.path = path
        with open_table(path, encoding=encoding, delimiter=delimiter, headed=headed) as table:
            self.headed = headed
            self.format: Format = table.format
            self.header: list[str] = table.header
            self.encoding: Encoding = table.encoding
            self.delimiter: str = table.delimiter
            self.sample: list[Record] = table.sample
            self._rows: _Rows = _TextRows(table) if _is_plain_text(table) else _UnpackedRows(table)
        self.rows = len(self.sample)
        self.complete = False
        self._marks: list[Mark] = []

    def index(self, stop: Callable[[], bool] = lambda: False) -> None:
        """Find all records; `rows` grows meanwhile.

        Args:
            stop: Asked now and then whether to leave off.

        Raises:
            InputFileError: If the file breaks off.
        """
        found = 0
        try:
            for count, mark in self._rows.scan():
                found = count
                if mark:
                    self._marks.append(mark)
                    self.rows = max(self.rows, mark.number)
                    if stop():
                        return
        except READ_ERRORS as error:
            raise unreadable(self.path, error) from error
        self.rows = found
        self.complete = True

    def read(self, start: int, count: int) -> list[Record]:
        """Return records from a place on; fewer at the end of what is known.

        Args:
            start: Records before the first.
            count: How many, at most.

        Raises:
            InputFileError: If the file can no longer be read.
        """
        stop = min(start + count, self.rows)
        if stop <= len(self.sample):
            return self.sample[start:stop]
        mark = self._marks[bisect_right(self._marks, start, key=lambda mark: mark.number) - 1]
        try:
            records = self._rows.records(mark)
            return list(islice(records, start - mark.number, stop - mark.number))
        except READ_ERRORS as error:
            raise unreadable(self.path, error) from error

    def close(self) -> None:
        """Close the file."""
        self._rows.close()


class _Rows(Protocol):
    """Where the records of a table are."""

    def scan(self) -> Iterator[tuple[int, Mark | None]]:
        """Go through all records; give how many there are up to here, and marks."""

    def records(self, mark: Mark) -> Iterator[Record]:
        """Read on from a mark."""

    def close(self) -> None:
        """Close what is open."""


class _Lines:
    """Lines of a text with their number, and the place of the next one."""

    def __init__(self, text: io.TextIOWrapper) -> None:
        self._text = text
        self.count = 0

    def __iter__(self) -> Iterator[str]:
        while line := self._text.readline():
            self.count += 1
            yield line

    def mark(self, number: int) -> Mark:
        return Mark(number, self._text.tell(), self.count)


class _TextRows:
    """Records of a text that is read in its place."""

    def __init__(self, table: Table) -> None:
        self._path = table.source.path
        self._format = table.format
        self._encoding = table.encoding.name
        self._delimiter = table.delimiter
        self._header = table.header
        self._headed = table.headed
        self._at_hand: io.TextIOWrapper | None = None

    def scan(self) -> Iterator[tuple[int, Mark | None]]:
        with self._open() as text:
            lines = _Lines(text)
            yield from self._objects(lines) if self._format is Format.JSONL else self._delimited(lines, text)

    def records(self, mark: Mark) -> Iterator[Record]:
        self._at_hand = self._at_hand or self._open()
        self._at_hand.seek(mark.place)
        lines = iter(self._at_hand.readline, "")
        if self._format is Format.JSONL:
            for record in read_records(lines, self._header):
                yield record._replace(number=record.number + mark.line, line=record.line + mark.line)
        else:
            width = len(self._header)
            yield from records_of(read_rows(lines, self._delimiter, width), width, mark.line, mark.number)

    def close(self) -> None:
        if self._at_hand:
            self._at_hand.close()

    def _open(self) -> io.TextIOWrapper:
        newline = "\n" if self._format is Format.JSONL else ""
        return self._path.open("r", encoding=self._encoding, errors="replace", newline=newline)

    def _objects(self, lines: _Lines) -> Iterator[tuple[int, Mark | None]]:
        number = 0
        mark: Mark | None = lines.mark(0)
        for line in lines:
            if line.strip():
                yield number + 1, mark
                number += 1
            mark = lines.mark(number) if number % BLOCK == 0 else None

    def _delimited(self, lines: _Lines, text: io.TextIOWrapper) -> Iterator[tuple[int, Mark | None]]:
        before = 0
        if SEPARATOR_LINE.match(text.readline()):
            before = lines.count = 1
        else:
            text.seek(0)
        rows = read_rows(lines, self._delimiter)
        if self._headed:
            next(row for row in rows if any(row.cells))
        number, last = 0, -BLOCK
        while True:
            mark = lines.mark(number) if number - last >= BLOCK else None
            row = next(rows, None)
            if row is None:
                return
            if not is_record(row, len(self._header)):
                continue
            # Where the reader went back to lines that it had read before, the place is not that of this row.
            sound = mark if mark and row.line + before == mark.line + 1 else None
            last = number if sound else last
            number += 1
            yield number, sound


class _UnpackedRows:
    """Records of what can be read from its start only, in a temporary file."""

    def __init__(self, table: Table) -> None:
        self._path = table.source.path
        self._encoding = table.encoding.name if table.delimiter or table.format is Format.JSONL else None
        self._delimiter = table.delimiter or None
        self._headed = table.headed
        self._unpacked: IO[bytes] = tempfile.TemporaryFile(prefix="tagrt-")  # noqa: SIM115
        self._lock = Lock()

    def scan(self) -> Iterator[tuple[int, Mark | None]]:
        number = 0
        with open_table(
            self._path, encoding=self._encoding, delimiter=self._delimiter, headed=self._headed
        ) as table:
            records = iter(table)
            while block := list(islice(records, BLOCK)):
                yield number + len(block), Mark(number, self._append(block), 0)
                number += len(block)

    def records(self, mark: Mark) -> Iterator[Record]:
        place = mark.place
        while True:
            with self._lock:
                self._unpacked.seek(place)
                block = [line for line in islice(self._unpacked, BLOCK) if line.endswith(b"\n")]
            if not block:
                return
            place += sum(map(len, block))
            for line in block:
                number, cells, extra, error, damage, at = json.loads(line)
                yield Record(number, cells, tuple(extra), error=error, damage=damage, line=at)

    def close(self) -> None:
        self._unpacked.close()

    def _append(self, block: list[Record]) -> int:
        lines = [json.dumps([r.number, r.cells, r.extra, r.error, r.damage, r.line]) for r in block]
        with self._lock:
            place = self._unpacked.seek(0, io.SEEK_END)
            self._unpacked.write("".join(f"{line}\n" for line in lines).encode())
        return place


def _is_plain_text(table: Table) -> bool:
    magic = table.source.binary().read(len(_GZIP_MAGIC))
    return table.format in (Format.CSV, Format.JSONL) and magic != _GZIP_MAGIC
