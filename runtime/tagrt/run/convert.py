"""From the text a run has written to the workbook or Parquet file it is to be."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from tagrt.errors import MissingExtraError
from tagrt.run.columns import ADDED, NUMBERS
from tagrt.tables.format import Format
from tagrt.tables.parquet import ParquetTable, write_parquet
from tagrt.tables.reader import Table
from tagrt.tables.workbook import Workbook, write_workbook
from tagrt.tables.writer import unique_names

CONVERTED = (Format.XLSX, Format.PARQUET)
"""Formats that cannot grow row by row on disk: a run writes CSV, and converts it at its end."""

_PACKAGES = {Format.XLSX: ("excel", "openpyxl"), Format.PARQUET: ("parquet", "pyarrow")}

Convert = Callable[[Path, Path], None]


def converter(table: Table, output_format: Format, names: Sequence[str]) -> Convert | None:
    """Return what makes the output of the CSV that a run has written; None where that is the output.

    A workbook from a workbook and Parquet from Parquet keep the types of the input's cells.

    Args:
        table: The input.
        output_format: What the output is to be.
        names: Names of the added columns in the output.

    Raises:
        MissingExtraError: If the package that writes the format is not installed.
    """
    if output_format in _PACKAGES and not find_spec(_PACKAGES[output_format][1]):
        raise MissingExtraError(*_PACKAGES[output_format])
    if output_format is Format.XLSX:
        return lambda written, target: _workbook(table, names, written, target)
    if output_format is Format.PARQUET:
        return lambda written, target: _parquet(table, names, written, target)
    return None


def _workbook(table: Table, names: Sequence[str], written: Path, target: Path) -> None:
    rows = _rows(written)
    if table.format is Format.XLSX:
        original = Workbook(table.source.path, table.source.binary(), table.headed)
        cells: Iterator[Sequence[Any]] = (
            _typed(v, row, len(table.header)) for (_, v), row in zip(original.values(), rows, strict=True)
        )
    else:
        cells = (_with_numbers(row, len(table.header)) for row in rows)
    write_workbook(target, [*table.header, *names], cells)


def _parquet(table: Table, names: Sequence[str], written: Path, target: Path) -> None:
    original = (
        ParquetTable(table.source.path, table.source.binary()) if table.format is Format.PARQUET else None
    )
    added = {name: wanted in NUMBERS for wanted, name in zip(ADDED, names, strict=True)}
    write_parquet(target, unique_names(table.header), _rows(written), added, original)


def _typed(values: Sequence[Any], row: Sequence[str], width: int) -> list[Any]:
    """Return a row with the typed cells of the input in the place of their texts."""
    kept = [*values[:width], *[None] * (width - len(values))]
    return [*kept, *_with_numbers(row, width)[width : width + len(ADDED)], *values[width:]]


def _with_numbers(row: Sequence[str], width: int) -> list[Any]:
    cells: list[Any] = list(row)
    for at, name in enumerate(ADDED, start=width):
        if name in NUMBERS:
            cells[at] = float(row[at]) if row[at] else None
    return cells


def _rows(written: Path) -> Iterator[list[str]]:
    csv.field_size_limit(1 << 30)
    with written.open(encoding="utf-8", newline="") as file:
        rows = csv.reader(line.replace("\0", "") for line in file)
        next(rows)
        yield from rows
