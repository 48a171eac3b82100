"""A file at hand in the workbench: how it is read, which columns feed the model, where its output goes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from tagrt.errors import ColumnError
from tagrt.run.options import RunOptions, default_output
from tagrt.tables.columns import NO_COLUMN, ColumnNames, Columns, find_columns
from tagrt.tables.headers import FIELDS
from tagrt.tables.window import TableWindow
from tagrt.types import Language


@dataclass(frozen=True)
class OpenedFile:
    """A table that can be looked at, and what a run of it is to do.

    Attributes:
        window: Its rows.
        encoding: The encoding that the person chose, None if it was found.
        delimiter: The delimiter that the person chose, None if it was found.
        names: Columns that the person chose.
        columns: Columns that the model reads; None where there is no title.
        problem: Why there are none.
    """

    window: TableWindow
    encoding: str | None
    delimiter: str | None
    names: ColumnNames
    columns: Columns | None
    problem: str = ""

    @property
    def output(self) -> Path:
        """Where a run writes."""
        return default_output(self.window.path, self.window.format)

    @property
    def roles(self) -> dict[int, str]:
        """The fields of a product by the column that they are read from."""
        positions = {field: getattr(self.columns, field) for field in FIELDS} if self.columns else {}
        return {at: field for field, at in positions.items() if at is not None}

    def with_role(self, column: int, field: str) -> OpenedFile:
        """Return the file with a field read from a column.

        Args:
            column: Its position.
            field: One of `FIELDS`; empty if the model is to leave the column alone.
        """
        before = self.roles.get(column)
        changes = {before: NO_COLUMN} if before and before != field else {}
        if field:
            changes[field] = _name(self.window.header, column)
        return _with_columns(self, replace(self.names, **changes))

    def options(self, language: Language, store: Path | None, resume: bool) -> RunOptions:
        """Return what a run is asked for."""
        return RunOptions(
            columns=self.names,
            encoding=self.encoding,
            delimiter=self.delimiter,
            headed=self.window.headed,
            language=language,
            resume=resume,
            store=store,
        )


def open_file(
    path: Path,
    encoding: str | None = None,
    delimiter: str | None = None,
    headed: bool = True,
    names: ColumnNames | None = None,
) -> OpenedFile:
    """Open a file for the workbench.

    Raises:
        TagrtError: If it cannot be read as a table.
    """
    window = TableWindow(path, encoding=encoding, delimiter=delimiter, headed=headed)
    return _with_columns(OpenedFile(window, encoding, delimiter, ColumnNames(), None), names or ColumnNames())


def _with_columns(opened: OpenedFile, names: ColumnNames) -> OpenedFile:
    try:
        window = opened.window
        found = find_columns(window.header, names, window.sample, window.headed)
    except ColumnError as error:
        return replace(opened, names=names, columns=None, problem=str(error))
    return replace(opened, names=names, columns=found, problem="")


def _name(header: Sequence[str], column: int) -> str:
    """Return what names a column alone: its header, or its number where another has that too."""
    name = header[column]
    return name if name.strip() and list(header).count(name) == 1 else str(column + 1)
