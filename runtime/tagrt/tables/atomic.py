"""Output files that appear whole or not at all."""

from __future__ import annotations

import errno
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TextIO

from tagrt.errors import OutputFileError


@contextmanager
def atomic_text(target: Path, encoding: str) -> Iterator[TextIO]:
    """Open a temporary file beside the target that takes its place when the block ends well.

    Args:
        target: The file to write; replaced if it exists.
        encoding: Encoding of the text.

    Yields:
        A text file without newline translation.

    Raises:
        OutputFileError: If the file cannot be written; the target stays as it was.
    """
    target = Path(os.path.realpath(target))
    if target.exists() and not target.is_file():
        raise OutputFileError(f"{target} is no regular file: choose another --output, or - for stdout")
    temporary = target.with_name(f".tagrt-{secrets.token_hex(6)}.tmp")
    try:
        # Lone surrogates, which JSON can hold, are written as \udXXX.
        with temporary.open("x", encoding=encoding, errors="backslashreplace", newline="") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(target)
    except OSError as error:
        raise _explained(target, error) from error
    finally:
        with suppress(OSError):
            temporary.unlink()


def _explained(target: Path, error: OSError) -> OutputFileError:
    advice = {
        errno.ENOSPC: "the disk is full: free some space or choose another --output",
        errno.EDQUOT: "the disk quota is used up: free some space or choose another --output",
        errno.ENOENT: "its folder does not exist: create it or choose another --output",
        errno.EACCES: "not permitted: choose another --output",
        errno.EPERM: "not permitted: close the file elsewhere or choose another --output",
        errno.EROFS: "the disk is read-only: choose another --output",
    }
    reason = advice.get(error.errno or 0, f"{error.strerror or error}: choose another --output")
    return OutputFileError(f"{target} cannot be written: {reason}")
