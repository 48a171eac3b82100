"""Opening a table: kind of file, encoding, delimiter and header found; records streamed."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path
from types import TracebackType

from tagrt.errors import InputFileError, UsageError
from tagrt.tables.delimited import Row, read_rows
from tagrt.tables.dialect import detect_delimiter, named_delimiter
from tagrt.tables.encoding import Encoding, detect_encoding, is_binary, named_encoding
from tagrt.tables.format import Format, format_of
from tagrt.tables.headers import numbered_header
from tagrt.tables.jsonlines import keys_of, read_records
from tagrt.tables.parquet import ParquetTable
from tagrt.tables.record import BAD_BYTES, REPLACED, Record
from tagrt.tables.source import PARQUET_MAGIC, READ_ERRORS, ZIP_MAGIC, Source, unreadable
from tagrt.tables.workbook import Workbook

_SAMPLE_RECORDS = 200
_WORKBOOKS = (".xlsx", ".xlsm")
SEPARATOR_LINE = re.compile("\ufeff?sep=([^\r\n])\r?\n", re.IGNORECASE)
"""Excel's own first line, which names the delimiter and is no header."""


@dataclass
class Table:
    """An open table; a context manager that closes its file.

    Attributes:
        source: The file it is read from.
        format: What kind of file it is.
        header: Names of the columns, or keys of the objects; made-up ones where the file has none.
        headed: Whether the file names its columns.
        encoding: How the bytes were decoded.
        delimiter: One character; empty for all but delimited texts.
        newline: Line end of the file.
        sample: The first records; iterating gives them again.
    """

    source: Source
    format: Format
    header: list[str]
    encoding: Encoding
    delimiter: str
    newline: str
    sample: list[Record]
    _rest: Iterator[Record] = field(repr=False)
    headed: bool = True

    def __iter__(self) -> Iterator[Record]:
        """Give all records in order, once.

        Raises:
            InputFileError: If the file breaks off.
        """
        try:
            yield from chain(self.sample, self._rest)
        except READ_ERRORS as error:
            raise unreadable(self.source.path, error) from error

    def __enter__(self) -> Table:
        """Return the table."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the file."""
        self.source.close()


def open_table(
    path: Path,
    *,
    encoding: str | None = None,
    delimiter: str | None = None,
    headed: bool = True,
    all_keys: bool = False,
) -> Table:
    """Open a CSV, TSV or JSONL file, plain or gzip, an Excel workbook or a Parquet file.

    Args:
        path: The file.
        encoding: Its encoding; found if None.
        delimiter: Its delimiter; found if None.
        headed: Whether its first row names the columns, or is a record already.
        all_keys: For JSONL, read the whole file once to know every key, not only the first ones.

    Returns:
        The table, ready to iterate.

    Raises:
        InputFileError: If the file is missing, empty or no table.
        UsageError: If the encoding or the delimiter is not one, or the format has no header to do without.
        MissingExtraError: If the file needs a package that the base install leaves out.
    """
    source = Source(path)
    try:
        if source.begins() == PARQUET_MAGIC:
            return _open_parquet(_naming(source, headed))
        if source.begins() == ZIP_MAGIC and path.suffix.lower() in _WORKBOOKS:
            return _open_workbook(source, headed)
        sample = source.sample()
        chosen = named_encoding(encoding, sample) if encoding else detect_encoding(sample)
        if not encoding and is_binary(sample, chosen):
            raise InputFileError(
                f"{path} is no text: save the sheet as CSV, or name its --encoding",
                "file.binary",
                path=path,
            )
        text = codecs.getincrementaldecoder(chosen.name)("replace").decode(sample)
        if _is_jsonl(path, text):
            return _open_jsonl(_naming(source, headed), chosen, all_keys)
        return _open_delimited(source, chosen, text, delimiter, headed)
    except READ_ERRORS as error:
        source.close()
        raise unreadable(path, error) from error
    except UnicodeError as error:
        source.close()
        raise InputFileError(
            f"{path} is not {encoding}: leave --encoding out, or try another",
            "file.encoding",
            path=path,
            encoding=encoding,
        ) from error
    except Exception:
        source.close()
        raise


def _is_jsonl(path: Path, text: str) -> bool:
    start = text.lstrip("\ufeff \t\r\n")
    suffixes = [suffix.lower() for suffix in path.suffixes]
    if ".json" in suffixes and start.startswith("["):
        raise InputFileError(
            f"{path} is one JSON array: write one object a line (JSONL) and try again",
            "file.json_array",
            path=path,
        )
    known = any(format_of(Path(f"x{suffix}")) is Format.JSONL for suffix in suffixes)
    return known or start.startswith('{"')


def _open_parquet(source: Source) -> Table:
    table = ParquetTable(source.path, source.binary())
    return _typed(source, Format.PARQUET, Encoding("parquet", "typed columns"), table.header, table.records())


def _open_workbook(source: Source, headed: bool) -> Table:
    book = Workbook(source.path, source.binary(), headed)
    encoding = Encoding("xlsx", f"sheet '{book.sheet}'")
    return _typed(source, Format.XLSX, encoding, book.header, book.records(), headed)


def _naming(source: Source, headed: bool) -> Source:
    if not headed:
        raise UsageError(f"{source.path}: every record names its cells there: leave --no-header out")
    return source


def _typed(
    source: Source,
    kind: Format,
    encoding: Encoding,
    header: list[str],
    records: Iterator[Record],
    headed: bool = True,
) -> Table:
    sample = list(islice(records, _SAMPLE_RECORDS))
    return Table(source, kind, header, encoding, "", "\n", sample, records, headed)


def _open_jsonl(source: Source, encoding: Encoding, all_keys: bool) -> Table:
    lines = source.text(encoding.name, newline="\n")
    header = keys_of(lines, limit=None if all_keys else _SAMPLE_RECORDS)
    records = read_records(source.text(encoding.name, newline="\n"), header)
    return _typed(source, Format.JSONL, encoding, header, records)


def _open_delimited(
    source: Source, encoding: Encoding, text: str, delimiter: str | None, headed: bool
) -> Table:
    separator = SEPARATOR_LINE.match(text)
    found = separator[1] if separator else detect_delimiter(text)
    chosen = named_delimiter(delimiter) if delimiter is not None else found
    lines = source.text(encoding.name, newline="")
    if separator:
        next(lines)
    rows = read_rows(lines, chosen)
    begin: list[Row] = []
    for row in rows:
        begin.append(row)
        if any(row.cells):
            break
    else:
        raise InputFileError(f"{source.path} is empty", "file.empty", path=source.path)
    if headed:
        header = begin[-1].cells
    else:
        begin += islice(rows, _SAMPLE_RECORDS)
        header = numbered_header(max(len(row.cells) for row in begin))
        rows = chain(begin, rows)
    records = records_of(rows, len(header), 1 if separator else 0)
    newline = "\r\n" if "\r\n" in text[:65536] else "\n"
    sample = list(islice(records, _SAMPLE_RECORDS))
    return Table(source, Format.CSV, header, encoding, chosen, newline, sample, records, headed)


def is_record(row: Row, width: int) -> bool:
    """Whether a row is none of the blank lines; in a table of one column those are empty cells."""
    return bool(row.cells) or width <= 1


def records_of(rows: Iterable[Row], width: int, lines_before: int = 0, number: int = 0) -> Iterator[Record]:
    """Give the rows of a delimited text as records, cells filled up or cut to the width of the table.

    Args:
        rows: The rows below the header, or some of them.
        width: Number of columns.
        lines_before: Lines of the file before those that the rows were read from.
        number: Records before them.
    """
    for row in rows:
        if not is_record(row, width):
            continue
        cells, damage, line = row
        number += 1
        missing = width - len(cells)
        if missing > 0:
            cells.extend([""] * missing)
        if REPLACED in "".join(cells):
            damage = damage or BAD_BYTES
        extra = tuple(cells[width:]) if missing < 0 else ()
        yield Record(number, cells[:width], extra, damage=damage, line=line + lines_before)
