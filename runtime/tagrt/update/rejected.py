"""The rows of an update that could not be read whole, as a file that appears at its end."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import TextIO

from tagrt.run.durable import explained
from tagrt.run.rejected import RejectedRows
from tagrt.tables.record import Record


class RejectedFile:
    """The file of rows that were not read whole; it takes the place of an older one when the update is done.

    Where every row was read whole, there is none afterwards.

    Attributes:
        path: The file.
        header: Columns of the table; None while none was read, and then an older file stays.
        written: Rows in it.
    """

    def __init__(self, path: Path) -> None:
        """Write nothing yet."""
        self.path = path
        self.header: Sequence[str] | None = None
        self.written = 0
        # A name of its own: what ends in .part may be of a run that was cut, which goes on from it.
        self._part = path.with_name(f".{path.name}.update")
        self._file: TextIO | None = None
        self._rows: RejectedRows | None = None

    def write(self, record: Record) -> None:
        """Write a record that was not read whole.

        Raises:
            OutputFileError: If the file cannot be written.
        """
        if self._rows is None:
            try:
                self._file = self._part.open("w", encoding="utf-8", errors="backslashreplace", newline="")
            except OSError as error:
                raise explained(self.path, error) from error
            self._rows = RejectedRows(self._file, self.header or (), begun=False)
        self._rows.write(record)
        self.written += 1

    def __enter__(self) -> RejectedFile:
        """Return this file."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Put what was written in the place of the older file, unless the update failed."""
        if self._file:
            with self._file as file:
                file.flush()
                os.fsync(file.fileno())
        if self._file and kind is None:
            os.replace(self._part, self.path)
            return
        self._part.unlink(missing_ok=True)  # also what an update left that was killed
        if self.header is not None and kind is None:
            self.path.unlink(missing_ok=True)
