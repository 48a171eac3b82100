"""Parquet files, read and written batch by batch; needs the extra `parquet`."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import IO, Any

from tagrt.errors import InputFileError, MissingExtraError
from tagrt.tables.record import Record
from tagrt.tables.writer import EXTRA, added_names

_BATCH = 4096


class ParquetTable:
    """A Parquet file.

    Attributes:
        header: Names of its columns.
        schema: Their types.
    """

    def __init__(self, path: Path, file: IO[bytes]) -> None:
        """Open a file.

        Raises:
            InputFileError: If it is no Parquet file, or a damaged one.
        """
        try:
            from pyarrow import ArrowException
            from pyarrow.parquet import ParquetFile
        except ModuleNotFoundError as error:
            raise MissingExtraError("parquet", "pyarrow") from error
        self._path = path
        self._failures = (ArrowException, OSError)
        try:
            self._file = ParquetFile(file)
        except self._failures as error:
            raise self._damaged(error) from error
        self.schema = self._file.schema_arrow
        self.header: list[str] = list(self.schema.names)

    def records(self) -> Iterator[Record]:
        """Give the rows with their cells as text."""
        number = 0
        for batch in self.batches():
            columns = [[cell_text(value) for value in column.to_pylist()] for column in batch.columns]
            for cells in zip(*columns, strict=True):
                number += 1
                yield Record(number, list(cells))

    def batches(self) -> Iterator[Any]:
        """Give the rows as `pyarrow.RecordBatch`es."""
        try:
            yield from self._file.iter_batches(batch_size=_BATCH)
        except self._failures as error:
            raise self._damaged(error) from error

    def _damaged(self, error: BaseException) -> InputFileError:
        return InputFileError(
            f"{self._path} cannot be read as Parquet ({error}): is the file complete?",
            "file.broken",
            path=self._path,
            detail="Parquet",
        )


def cell_text(value: Any) -> str:
    """Return a value as the text of a cell; null is empty, nested values are JSON."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, (list, dict)):
        return json.dumps(value, ensure_ascii=False, default=str)
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def write_parquet(
    path: Path,
    header: Sequence[str],
    rows: Iterator[Sequence[str]],
    added: Mapping[str, bool],
    original: ParquetTable | None,
) -> None:
    """Write a file of texts, or the original's typed columns, with the added ones behind them.

    Args:
        path: The file to write.
        header: Names of the columns of the input, each once.
        rows: All rows as texts: cells of the input, added cells, and what goes beyond them, which a last
            column keeps as a JSON list.
        added: Names of the added columns, and whether they are numbers.
        original: Where the input is a Parquet file: gives its columns as they are.
    """
    import pyarrow as pa
    from pyarrow.parquet import ParquetWriter

    own = original.schema if original else pa.schema([(name, pa.string()) for name in header])
    new = [pa.field(name, pa.float64() if number else pa.string()) for name, number in added.items()]
    extra = list(added_names([*header, *added], [EXTRA]).values()) if original is None else []
    schema = pa.schema([*own, *new, *(pa.field(name, pa.string()) for name in extra)])
    width, whole = len(header), len(header) + len(added)
    batches = original.batches() if original else None
    with ParquetWriter(path, schema, compression="zstd") as writer:
        while True:
            batch = next(batches, None) if batches else None
            part = list(islice(rows, batch.num_rows if batch is not None else _BATCH))
            if not part:
                return
            columns = list(zip(*(row[:whole] for row in part), strict=True))
            kept = batch.columns if batch is not None else [pa.array(c, pa.string()) for c in columns[:width]]
            made = [
                pa.array(map(_number, column) if number else column, field.type)
                for column, number, field in zip(columns[width:], added.values(), new, strict=True)
            ]
            surplus = [pa.array([_surplus(row[whole:]) for row in part], pa.string()) for _ in extra]
            writer.write_batch(pa.record_batch([*kept, *made, *surplus], schema=schema))


def _number(text: str) -> float | None:
    return float(text) if text else None


def _surplus(cells: Sequence[str]) -> str | None:
    return json.dumps(cells, ensure_ascii=False) if cells else None
