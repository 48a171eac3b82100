"""Output that a kill, a power cut or a full disk cannot take: parts, checkpoints, and a lock.

A run writes `.NAME.part` beside its target, and every half second says in `.NAME.part.json` how much of it is
sound. A later run cuts the part back to that point and goes on; a finished one renames the part.
"""

from __future__ import annotations

import codecs
import errno
import io
import json
import os
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, TextIO, cast

from filelock import FileLock, Timeout

from tagrt.errors import OutputFileError, StoreError, TagrtError, UsageError

CHECKPOINT_SECONDS = 0.5
"""Least time between two checkpoints on disk; what a kill can cost."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """How far a run has come.

    Attributes:
        identity: What the run was of: input, model, options; another must not go on with it.
        chunks: Chunks of the input that are written.
        lengths: Sound bytes per part, by the name of the file it will be.
        counts: Counts of the summary.
        complete: Whether only the renaming is left.
    """

    identity: dict[str, str]
    chunks: int
    lengths: dict[str, int]
    counts: dict[str, Any]
    complete: bool = False


class DurableOutput:
    """The files of one run, as a context manager: written beside their targets, renamed by `commit`.

    Attributes:
        found: The checkpoint that this run goes on from, None for a new one.
    """

    found: Checkpoint | None

    def __init__(
        self, target: Path, also: Path, identity: Mapping[str, str], resume: bool, mark: bool = False
    ) -> None:
        """Lock the target and find what an earlier run left.

        Args:
            target: The file to write; replaced when the run is complete.
            also: A second file, which comes to be only if something is written to it.
            identity: What must be the same for a run to be gone on with.
            resume: Go on with an unfinished run if there is one; else start anew.
            mark: Begin the target with a UTF-8 byte order mark.

        Raises:
            OutputFileError: If the target cannot be written, or another run is writing it.
            UsageError: If the unfinished run was of something else.
        """
        self.target = Path(os.path.realpath(target))
        if self.target.exists() and not self.target.is_file():
            raise OutputFileError(
                f"{target} is no regular file: choose another --output, or - for stdout",
                "output.irregular",
                path=target,
            )
        if not self.target.parent.is_dir():  # the lock would make it
            raise explained(target, OSError(errno.ENOENT, "no such folder"))
        self._targets = {"output": self.target, "also": Path(os.path.realpath(also))}
        self._parts = {key: self._beside(f"{path.name}.part") for key, path in self._targets.items()}
        self._checkpoint = _checkpoint_of(self.target)
        self._mark = codecs.BOM_UTF8 if mark else b""
        self._identity = dict(identity)
        self._lock = FileLock(self._beside(f"{self.target.name}.lock"))
        self._files: dict[str, TextIO] = {}
        self._latest: Checkpoint | None = None
        self._written = time.monotonic()
        self._acquire()
        try:
            self.found = self._load() if resume else None
            self._latest = self.found
            if not (self.found and self.found.complete):
                self._open()
        except OSError as error:
            self._release()
            raise explained(self.target, error) from error
        except UsageError:
            self._release()
            raise

    @property
    def output(self) -> TextIO:
        """The text of the target, without newline translation."""
        return self._files["output"]

    @property
    def also(self) -> TextIO:
        """The text of the second file."""
        return self._files["also"]

    def note(self, chunks: int, counts: Mapping[str, Any], complete: bool = False) -> None:
        """Say that so many chunks are written; on disk at most once in `CHECKPOINT_SECONDS`."""
        for file in self._files.values():
            file.flush()
        lengths = {key: _binary(file).tell() for key, file in self._files.items()}
        self._latest = Checkpoint(self._identity, chunks, lengths, dict(counts), complete)
        if complete or time.monotonic() - self._written >= CHECKPOINT_SECONDS:
            self._save()

    def commit(self, convert: Callable[[Path, Path], None] | None = None) -> None:
        """Give the parts their names, the target last; `note` must have said `complete`.

        Args:
            convert: Makes the target (second argument) of what was written (first); else that is the target.

        Raises:
            OutputFileError: If the target cannot hold what was written; that is then beside it, as CSV.
        """
        lengths = self._latest.lengths if self._latest else {}
        for file in self._files.values():
            file.close()
        also = self._targets["also"]
        if lengths.get("also"):
            _replace(self._parts["also"], also)
        else:
            also.unlink(missing_ok=True)  # of an earlier run: it would speak of rows that are mended
            self._parts["also"].unlink(missing_ok=True)
        part = self._parts["output"]
        if convert and part.exists():
            made = self._beside(f"{self.target.name}.made")
            try:
                convert(part, made)
                _replace(made, self.target)
                part.unlink()
            except OutputFileError as error:  # it does not fit that format, but is all there
                kept = self.target.with_suffix(".csv")
                os.replace(part, kept)
                raise OutputFileError(f"{self.target}: {error}; every row is in {kept}") from error
            finally:
                made.unlink(missing_ok=True)
        else:
            _replace(part, self.target)
        self._checkpoint.unlink(missing_ok=True)
        self._latest = None

    def __enter__(self) -> DurableOutput:
        """Return the output."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Keep what is sound if the run did not end well, and unlock.

        Raises:
            OutputFileError: If writing failed.
        """
        with suppress(OSError):
            # A store that cannot be written, of a full disk say, is not the end; a wrong input or option is.
            if isinstance(error, TagrtError) and not isinstance(error, StoreError):
                self._checkpoint.unlink(missing_ok=True)
            elif error is not None and self._latest and self._latest.chunks:
                for key, length in self._latest.lengths.items():
                    os.truncate(self._parts[key], length)  # on a full disk this makes room for the checkpoint
                self._save()
        for file in self._files.values():
            with suppress(OSError):
                file.close()
        if not self._checkpoint.exists():
            for part in self._parts.values():
                part.unlink(missing_ok=True)
        self._release()
        if isinstance(error, OSError):
            raise explained(self.target, error) from error

    def _beside(self, name: str) -> Path:
        return _beside(self.target, name)

    def _acquire(self) -> None:
        try:
            self._lock.acquire(timeout=0)
        except Timeout:
            raise OutputFileError(
                f"{self.target} is being written by another tagrt run: "
                "wait for it or choose another --output",
                "output.busy",
                path=self.target,
            ) from None
        except OSError as error:
            raise explained(self.target, error) from error

    def _release(self) -> None:
        with suppress(OSError):
            Path(self._lock.lock_file).unlink()  # while it is held, so that no other run loses its own
        self._lock.release()

    def _load(self) -> Checkpoint | None:
        """Return the checkpoint of an unfinished run, None if there is none.

        Raises:
            UsageError: If that run was of something else.
        """
        found = _read(self._checkpoint)
        if found is None:
            return None
        if not found.complete and any(
            not part.exists() or part.stat().st_size < found.lengths.get(key, 0)
            for key, part in self._parts.items()
        ):
            return None
        other = [name for name, value in self._identity.items() if found.identity.get(name) != value]
        if other:
            raise UsageError(
                f"{self.target}: the unfinished run was of another {', '.join(other)}: "
                "run it again without --resume",
                "output.other_run",
                path=self.target,
            )
        return found

    def _open(self) -> None:
        lengths = self.found.lengths if self.found else {}
        for key, part in self._parts.items():
            binary = part.open("r+b" if self.found and part.exists() else "w+b")
            self._files[key] = io.TextIOWrapper(
                # Lone surrogates, which JSON can hold, are written as \udXXX.
                binary, encoding="utf-8", errors="backslashreplace", newline="", write_through=False,
            )  # fmt: skip
            binary.truncate(lengths.get(key, 0))
            binary.seek(0, os.SEEK_END)
        if not self.found:
            self._checkpoint.unlink(missing_ok=True)
            _binary(self.output).write(self._mark)

    def _save(self) -> None:
        assert self._latest is not None
        for file in self._files.values():
            os.fsync(file.fileno())
        beside = self._checkpoint.with_suffix(".new")
        try:
            with beside.open("w", encoding="utf-8") as written:
                json.dump(asdict(self._latest), written)
                written.flush()
                os.fsync(written.fileno())
            os.replace(beside, self._checkpoint)
        except OSError:
            beside.unlink(missing_ok=True)
            raise
        self._written = time.monotonic()


def unfinished(target: Path) -> Checkpoint | None:
    """Return how far an unfinished run has come that was to write a file; None if there is none.

    Args:
        target: What it was to write.
    """
    try:
        return _read(_checkpoint_of(Path(os.path.realpath(target))))
    except OSError:
        return None


def _read(checkpoint: Path) -> Checkpoint | None:
    try:
        return Checkpoint(**json.loads(checkpoint.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None
    except (ValueError, TypeError):
        return None  # half a checkpoint is none: the run starts anew


def _checkpoint_of(target: Path) -> Path:
    return _beside(target, f"{target.name}.part.json")


def _beside(target: Path, name: str) -> Path:
    return target.with_name(f".{name}")


def _binary(file: TextIO) -> BinaryIO:
    assert isinstance(file, io.TextIOWrapper)
    return cast("BinaryIO", file.buffer)


def _replace(part: Path, target: Path) -> None:
    """Rename, unless a run that was cut in between has done so."""
    with suppress(FileNotFoundError):
        os.replace(part, target)


def explained(target: Path, error: OSError) -> OutputFileError:
    """Return the error for a file that cannot be written, with what to do about it."""
    advice = {
        errno.ENOSPC: "the disk is full: free some space and go on with --resume, or choose another --output",
        errno.EDQUOT: "the disk quota is used up: free some space and go on with --resume",
        errno.ENOENT: "its folder does not exist: create it or choose another --output",
        errno.EACCES: "not permitted: choose another --output",
        errno.EPERM: "not permitted: close the file elsewhere or choose another --output",
        errno.EROFS: "the disk is read-only: choose another --output",
    }
    reason = advice.get(error.errno or 0, f"{error.strerror or error}: choose another --output")
    code = "output.full" if error.errno in (errno.ENOSPC, errno.EDQUOT) else "output.unwritable"
    return OutputFileError(f"{target} cannot be written: {reason}", code, path=target, errno=error.errno)
