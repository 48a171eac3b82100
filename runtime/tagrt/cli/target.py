"""Where an export goes: to a file, or to stdout."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TextIO


def written(target: Path | None, store: Path, write: Callable[[TextIO], int], force: bool = False) -> int:
    """Let a function write to a file in UTF-8, or to stdout.

    Args:
        target: The file; None for stdout.
        store: The store that is read.
        write: Writes, and returns how much.
        force: Write over a file that is there.

    Returns:
        What `write` returns.

    Raises:
        TagrtError: If the file cannot be written, is there already, or is the store itself.
    """
    from tagrt.errors import OutputFileError
    from tagrt.run.durable import explained
    from tagrt.run.targets import refuse_same

    refuse_same(target, store)
    if target is None:
        return write(sys.stdout)
    if target.is_file() and not force:
        raise OutputFileError(f"{target} exists: name a new file, or write over it with --force")
    try:
        with target.open("w", encoding="utf-8", errors="backslashreplace", newline="") as file:
            return write(file)
    except OSError as error:
        raise explained(target, error) from error
