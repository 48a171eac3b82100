"""Rows that could not be read whole, listed so that a person can mend them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TextIO

from tagrt.tables.record import Record
from tagrt.tables.writer import CsvWriter

COLUMNS = ("row", "line", "reason")


class RejectedRows:
    """A CSV of rows with their number, their line in the file, what is wrong, and their cells."""

    def __init__(self, file: TextIO, header: Sequence[str], begun: bool) -> None:
        """Write nothing yet.

        Args:
            file: Opened without newline translation.
            header: Columns of the input.
            begun: Whether an earlier run wrote the first line.
        """
        self._file = file
        self._writer = CsvWriter(file, ",", "\n")
        self._header = header
        self._begun = begun

    def write(self, record: Record) -> None:
        """Write a record if anything is wrong with it."""
        reason = record.error or record.damage
        if not reason:
            return
        if not self._begun:
            self._file.write("\ufeff")  # spreadsheets take UTF-8 without a mark for the local code page
            self._writer.header((*COLUMNS, *self._header), ())
            self._begun = True
        where = [str(record.number), str(record.line or ""), reason]
        self._writer.write(Record(record.number, [*where, *record.cells], record.extra), ())
