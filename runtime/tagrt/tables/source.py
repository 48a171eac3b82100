"""Opening an input file: plain or gzip, with its position for progress and a sample for detection."""

from __future__ import annotations

import gzip
import io
import os
import stat
import zlib
from pathlib import Path
from typing import IO, BinaryIO, cast

from tagrt.errors import InputFileError

_CHUNK = 1 << 18
_GZIP_MAGIC = b"\x1f\x8b"
ZIP_MAGIC = b"PK\x03\x04"
PARQUET_MAGIC = b"PAR1"
READ_ERRORS = (OSError, EOFError, zlib.error)
_FOREIGN = (
    (ZIP_MAGIC, "a ZIP archive, or a workbook not named .xlsx"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook"),
    (b"%PDF", "a PDF document"),
)


class Source:
    """An open input file.

    Attributes:
        path: The file.
        size: Its size on disk in bytes.
    """

    def __init__(self, path: Path) -> None:
        """Open a file.

        Args:
            path: A regular file, gzip or not.

        Raises:
            InputFileError: If it is missing, a directory, empty or not permitted.
        """
        self.path = path
        self._file = _open(path)
        status = os.fstat(self._file.fileno())
        if not stat.S_ISREG(status.st_mode):
            self.close()
            raise InputFileError(
                f"{path} is a pipe or a device: save it as a file first", "file.device", path=path
            )
        self.size = status.st_size
        if not self.size:
            self.close()
            raise InputFileError(f"{path} is empty", "file.empty", path=path)
        self._stream = self._decompressed()

    def begins(self) -> bytes:
        """Return the first four bytes of the file on disk."""
        magic = self._file.read(4)
        self._file.seek(0)
        return magic

    def binary(self) -> BinaryIO:
        """Return the file on disk, from its first byte."""
        self._file.seek(0)
        return self._file

    def position(self) -> int:
        """Return how many bytes of the file on disk have been read."""
        return min(self._file.tell(), self.size)

    def sample(self) -> bytes:
        """Return the head of the content, and the first later part that is not ASCII.

        Raises:
            InputFileError: If the content is empty, not text, or cannot be read.
        """
        try:
            head = later = self._stream.read(_CHUNK)
            while later and later.isascii():
                later = self._stream.read(_CHUNK)
        except READ_ERRORS as error:
            raise unreadable(self.path, error) from error
        if not head.strip(b"\xef\xbb\xbf\xff\xfe\0 \t\r\n"):
            raise InputFileError(f"{self.path} is empty", "file.empty", path=self.path)
        for magic, kind in _FOREIGN:
            if head.startswith(magic):
                raise InputFileError(
                    f"{self.path} is {kind}, not text: save the sheet as CSV and try again",
                    "file.foreign",
                    path=self.path,
                    kind=kind,
                )
        return head if later is head else head + later

    def text(self, encoding: str, newline: str) -> io.TextIOWrapper:
        """Start again from the first byte and return the content as text."""
        self._file.seek(0)
        self._stream = self._decompressed()
        return io.TextIOWrapper(self._stream, encoding=encoding, errors="replace", newline=newline)

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _decompressed(self) -> IO[bytes]:
        # A second handle would lose `position`; a closed wrapper must not close this one.
        magic = self._file.read(len(_GZIP_MAGIC))
        self._file.seek(0)
        if magic == _GZIP_MAGIC:
            return cast("IO[bytes]", gzip.GzipFile(fileobj=self._file))
        return cast("IO[bytes]", io.BufferedReader(_Unclosed(self._file), _CHUNK))


class _Unclosed(io.RawIOBase):
    """Reads from a file without owning it."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        return cast("io.BufferedReader", self._file).readinto(buffer)  # type: ignore[arg-type]


def unreadable(path: Path, error: BaseException) -> InputFileError:
    """Return the error for a file that breaks off or cannot be read."""
    detail = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return InputFileError(
        f"{path} cannot be read to its end ({detail}): is the file complete?",
        "file.broken",
        path=path,
        detail=detail,
    )


def _open(path: Path) -> BinaryIO:
    if path.is_dir():
        raise InputFileError(
            f"{path} is a directory: name a CSV, TSV or JSONL file", "file.directory", path=path
        )
    try:
        return path.open("rb")
    except FileNotFoundError as error:
        raise InputFileError(f"{path} does not exist: check the path", "file.missing", path=path) from error
    except OSError as error:
        raise InputFileError(
            f"{path} cannot be opened: {error.strerror}", "file.closed", path=path, errno=error.errno
        ) from error
