"""Completing paths: which files a text may be the beginning of."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

MOST = 200
"""Names that are shown of one folder."""

TABLES = (".csv", ".tsv", ".tab", ".txt", ".jsonl", ".ndjson", ".jsonlines", ".xlsx", ".xlsm", ".parquet")
STORES = (".db", ".sqlite", ".sqlite3")
VOCABULARIES = (".toml",)


def has_suffix(suffixes: tuple[str, ...]) -> Callable[[str], bool]:
    """Return a test for file names with one of these suffixes; that of gzip is passed over."""
    return lambda name: name.lower().removesuffix(".gz").endswith(suffixes)


def completions(typed: str, wanted: Callable[[str], bool]) -> list[str]:
    """Return the folders and the wanted files that begin with what was typed, in its own words.

    A folder that cannot be read has none.

    Args:
        typed: A path; `~` is the home folder.
        wanted: Tells by its name whether a file is shown.
    """
    folder, start = os.path.split(typed)
    found: list[tuple[bool, str]] = []
    try:
        with os.scandir(os.path.expanduser(folder) or ".") as entries:
            for entry in entries:
                if not entry.name.lower().startswith(start.lower()):
                    continue
                if entry.name.startswith(".") and not start.startswith("."):
                    continue
                is_folder = entry.is_dir()
                if is_folder or wanted(entry.name):
                    shown = os.path.join(folder, entry.name)
                    found.append((is_folder, f"{shown}{os.sep}" if is_folder else shown))
    except OSError:
        return []
    return [name for _, name in sorted(found)[:MOST]]


def common_start(names: list[str]) -> str:
    """Return what all names begin with."""
    if not names:
        return ""
    first, last = min(names), max(names)
    same = (at for at, (one, other) in enumerate(zip(first, last, strict=False)) if one != other)
    return first[: next(same, min(len(first), len(last)))]


def expanded(typed: str) -> Path:
    """Return a typed path with `~` put out."""
    return Path(os.path.expanduser(typed.strip()))
