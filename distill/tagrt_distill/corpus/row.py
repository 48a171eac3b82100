"""One training row, and reading rows from JSONL(.gz) and CSV files."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from tagrt.errors import ColumnError, InputFileError
from tagrt.tables import open_table
from tagrt.types import Product

UNLABELLED = ".unlabelled"
"""A corpus file whose stem ends so carries no tags."""


@dataclass(frozen=True, slots=True)
class Row:
    """A product with its label.

    Attributes:
        product: Title and whatever else the source had.
        tags: Acceptable taxonomy ids, the main one first; empty if unlabelled.
        source: Name of the source (the file's stem), for caps and reports.
        lang: Language code as the source gave it, empty if unknown.
        group: Rows of one group are the same product and stay in one split; empty if unknown.
    """

    product: Product
    tags: tuple[str, ...]
    source: str
    lang: str = ""
    group: str = ""


@dataclass(frozen=True, slots=True)
class ColumnNames:
    """Where a user's own file keeps its fields; the defaults are the corpus format.

    Without a name for `tags` the rows are unlabelled.
    """

    text: str = "text"
    tags: str = "tag"
    brand: str = "brand"
    description: str = "description"
    category: str = "category"


def source_name(path: Path) -> str:
    """Return the file name without ``.jsonl.gz`` and the like."""
    name = path.name
    for suffix in (".gz", ".jsonl", ".csv", ".tsv", ".json"):
        name = name.removesuffix(suffix)
    return name.removesuffix(UNLABELLED)


def read_rows(path: Path, columns: ColumnNames | None = None) -> Iterator[Row]:
    """Read training rows from a JSONL file or a delimited one, plain or gzip.

    Args:
        path: The file. Encoding and delimiter of a CSV or TSV file are found as `tagrt run` finds them;
            JSONL is UTF-8.
        columns: Column or key names; by default the corpus format.

    Yields:
        One row per record that has a text.

    Raises:
        InputFileError: If the file is missing, empty or a line is no JSON.
        ColumnError: If the column of the text or of the tags is not there.
    """
    for _, _, row in read_records(path, columns):
        yield row


def read_records(
    path: Path, columns: ColumnNames | None = None
) -> Iterator[tuple[str, Mapping[str, Any], Row]]:
    """Read the same rows, each with its place as ``file:line`` and with all fields of its record.

    Raises:
        InputFileError: See `read_rows`.
        ColumnError: See `read_rows`.
    """
    columns = columns or ColumnNames()
    records = _json_records(path) if ".jsonl" in path.suffixes else _delimited_records(path, columns)
    for line, record in records:
        row = _row(record, columns, source_name(path))
        if row.product.title.strip():
            yield f"{path}:{line}", record, row


def _open(path: Path) -> IO[str]:
    if not path.is_file():
        raise InputFileError(f"{path}: no such file")
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding="utf-8-sig", errors="replace", newline="")
    return path.open(encoding="utf-8-sig", errors="replace", newline="")


def _json_records(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    with _open(path) as file:
        for number, line in enumerate(file, 1):
            if not line.strip():
                continue
            try:
                record = json.loads(line)
            except ValueError as error:
                raise InputFileError(f"{path}:{number}: not a JSON line ({error})") from error
            if not isinstance(record, dict):
                raise InputFileError(f"{path}:{number}: a row must be a JSON object")
            yield number, record


def _delimited_records(path: Path, columns: ColumnNames) -> Iterator[tuple[int, dict[str, Any]]]:
    with open_table(path) as table:
        for option, needed in (("--text", columns.text), ("--tags", columns.tags)):
            if needed and needed not in table.header:
                known = ", ".join(table.header)
                raise ColumnError(f"{path}: no column '{needed}' (columns: {known}): name it with {option}")
        for record in table:
            yield record.line or record.number, dict(zip(table.header, record.cells, strict=True))


def _row(record: dict[str, Any], columns: ColumnNames, source: str) -> Row:
    def text(name: str) -> str:
        value = record.get(name)
        return "" if value is None else str(value)

    tag = text(columns.tags).strip()
    also = record.get("also_ok") or ()
    product = Product(
        title=text(columns.text),
        brand=text(columns.brand),
        description=text(columns.description),
        category=text(columns.category),
    )
    tags = (tag, *(str(t) for t in also)) if tag else ()
    return Row(product, tags, source, text("lang"), text("code"))
