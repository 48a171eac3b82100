"""The kinds of files that are read and written."""

from __future__ import annotations

from enum import Enum
from pathlib import Path


class Format(str, Enum):
    """A kind of table file."""

    CSV = "csv"
    JSONL = "jsonl"
    XLSX = "xlsx"
    PARQUET = "parquet"


_SUFFIXES = {
    ".csv": Format.CSV,
    ".tsv": Format.CSV,
    ".tab": Format.CSV,
    ".txt": Format.CSV,
    ".jsonl": Format.JSONL,
    ".ndjson": Format.JSONL,
    ".jsonlines": Format.JSONL,
    ".xlsx": Format.XLSX,
    ".parquet": Format.PARQUET,
}


def format_of(path: Path) -> Format | None:
    """Return the format that a file's name speaks of, None if it speaks of none."""
    return _SUFFIXES.get(path.suffix.lower())
