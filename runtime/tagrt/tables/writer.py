"""Writing records with columns added; input cells pass through as they are."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol, TextIO

from tagrt.tables.record import Record

Value = str | float | None
EXTRA = "_extra"
"""Key under which JSONL output keeps what goes beyond the header."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_NUMBER = re.compile(r"[+-][\d., ]*\d[\d., ]*%?")


class RecordWriter(Protocol):
    """Writes the head of a file, once, and one record after the other with its added values."""

    def header(self, header: Sequence[str], added: Sequence[str]) -> None:
        """Write what comes before the first record; not called where a file is gone on with."""

    def write(self, record: Record, added: Sequence[Value]) -> None:
        """Write a record."""


class CsvWriter:
    """Rows of a delimited text: input cells, added cells, then cells that go beyond the header."""

    def __init__(self, file: TextIO, delimiter: str, newline: str, sanitize: bool = False) -> None:
        """Write nothing yet.

        Args:
            file: Opened without newline translation.
            delimiter: One character.
            newline: Line end.
            sanitize: Disarm cells of the input that a spreadsheet would take for a formula.
        """
        # csv quotes a lone CR or LF only if both are in its line end; `_Sink` then writes ours.
        self._writer = csv.writer(_Sink(file, newline), delimiter=delimiter, lineterminator="\r\n")
        self._sanitize = sanitize

    def header(self, header: Sequence[str], added: Sequence[str]) -> None:
        """Write the names of the columns."""
        self._writer.writerow([*self._input(header), *added])

    def write(self, record: Record, added: Sequence[Value]) -> None:
        """Write a row."""
        cells, extra = self._input(record.cells), self._input(record.extra)
        self._writer.writerow([*cells, *map(_safe_cell, added), *extra])

    def _input(self, cells: Sequence[str]) -> Iterable[str]:
        return map(disarmed, cells) if self._sanitize else cells


class JsonlWriter:
    """One JSON object a line; objects that came as JSON keep their text to the letter."""

    def __init__(self, file: TextIO, header: Sequence[str], added: Sequence[str]) -> None:
        """Remember the keys."""
        self._file = file
        self._keys = unique_names(header)
        self._added = added
        self._extra = next(iter(added_names(self._keys, [EXTRA]).values()))

    def header(self, header: Sequence[str], added: Sequence[str]) -> None:
        """Write nothing: every object names its values."""

    def write(self, record: Record, added: Sequence[Value]) -> None:
        """Write an object."""
        names = self._names_beside(record.raw) if record.raw else self._added
        new: dict[str, object] = dict(zip(names, added, strict=True))
        if record.extra:
            new[self._extra] = list(record.extra)
        self._file.write(_spliced(record.raw, new) if record.raw else self._object(record, new))

    def _names_beside(self, raw: str) -> Sequence[str]:
        """Rename for an object that has a key of ours which the first objects did not have."""
        if not any(f'"{name}"' in raw for name in self._added):
            return self._added
        return list(added_names(list(json.loads(raw)), self._added).values())

    def _object(self, record: Record, new: Mapping[str, object]) -> str:
        cells = {} if record.error else dict(zip(self._keys, record.cells, strict=True))
        return json.dumps({**cells, **new}, ensure_ascii=False) + "\n"


class _Sink:
    """Exchanges the line end that `csv.writer` writes."""

    def __init__(self, file: TextIO, newline: str) -> None:
        self._file = file
        self._newline = newline

    def write(self, row: str) -> int:
        return self._file.write(row[:-2] + self._newline)


def added_names(header: Sequence[str], wanted: Sequence[str]) -> dict[str, str]:
    """Name the added columns so that none clashes with a column of the input.

    Args:
        header: Columns of the input.
        wanted: Names of the added columns.

    Returns:
        Wanted name -> name in the output, in order.
    """
    taken = {name.strip().casefold() for name in header}
    names = {}
    for name in wanted:
        free, count = name, 1
        while free in taken:
            free = f"{name}_tagrt" if count == 1 else f"{name}_tagrt_{count}"
            count += 1
        names[name] = free
    return names


def unique_names(header: Sequence[str]) -> list[str]:
    """Return the header with empty names numbered and repeated names told apart."""
    names: dict[str, None] = {}
    for position, name in enumerate(header, start=1):
        base = unique = name or f"column_{position}"
        count = 2
        while unique in names:
            unique = f"{base}_{count}"
            count += 1
        names[unique] = None
    return list(names)


def _safe_cell(value: Value) -> str:
    """Return an added value as a cell that no spreadsheet takes for a formula."""
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.4f}"
    return disarmed(value)


def disarmed(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula: with an apostrophe before what would be one.

    Numbers with a sign stay as they are.
    """
    return f"'{cell}" if cell.startswith(_FORMULA) and not _NUMBER.fullmatch(cell) else cell


def _spliced(raw: str, new: Mapping[str, object]) -> str:
    body = raw[:-1].rstrip()
    comma = "" if body == "{" else ", "
    return f"{body}{comma}{json.dumps(new, ensure_ascii=False)[1:]}\n"
