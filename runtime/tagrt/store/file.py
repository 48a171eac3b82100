"""The file of a store: opened, read, written in transactions, looked after."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timezone
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

from tagrt.errors import StoreError
from tagrt.store.keys import storable
from tagrt.store.schema import migrate

WAIT_SECONDS = 30.0
"""How long one process waits for another that is writing."""

File = TypeVar("File", bound="StoreFile")


class StoreFile:
    """An open SQLite file of today's schema; a context manager that closes it.

    One for each thread; several processes may share a file.
    """

    def __init__(self, path: str | Path, create: bool = False, wait: float = WAIT_SECONDS) -> None:
        """Open a store.

        Args:
            path: Its file.
            create: Make it if there is none.
            wait: Seconds to wait for a process that is writing; short where a person waits.

        Raises:
            StoreError: If it is missing, no store, damaged, or of a newer schema.
        """
        self.path = Path(path)
        if not create and not self.path.is_file():
            raise StoreError(f"{path}: no such store: make one with  tagrt run FILE --store {path}")
        if not self.path.parent.is_dir():
            raise StoreError(f"{path}: its folder does not exist: create it first", "store.folder", path=path)
        try:
            self._connection = sqlite3.connect(self.path, timeout=wait, isolation_level=None)
            _write_ahead(self._connection, wait)
            self._connection.execute("PRAGMA synchronous = FULL")  # a decision is on disk when it is made
            self._connection.execute("PRAGMA foreign_keys = ON")
            migrate(self._connection, str(path))
        except sqlite3.Error as error:
            raise StoreError(
                f"{path}: cannot be opened as a store ({error}): is it another file?",
                _code(error, "store.foreign" if self.path.is_file() else "store.unmade"),
                path=path,
            ) from error

    def __enter__(self: File) -> File:
        """Return the store."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the file."""
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def query(self, statement: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Return the rows of a SELECT, for views of the store such as the review queue.

        Raises:
            StoreError: If the file cannot be read.
        """
        safe = [storable(value) if isinstance(value, str) else value for value in values]
        try:
            return self._connection.execute(statement, safe).fetchall()
        except sqlite3.Error as error:
            raise StoreError(
                f"{self.path} cannot be read ({error}): try  tagrt db check",
                _code(error, "store.unreadable"),
                path=self.path,
            ) from error

    def execute(self, statement: str, values: Sequence[object] = ()) -> sqlite3.Cursor:
        """Execute a statement within a transaction, for the parts of this room; see `transaction`."""
        return self._connection.execute(statement, values)

    def write_many(self, statement: str, rows: Iterable[Sequence[object]]) -> None:
        """Execute a statement for each row of values, in one transaction, for the parts of this room.

        Raises:
            StoreError: If the file cannot be written.
        """
        with self.transaction():
            self._connection.executemany(statement, rows)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """One transaction: all that is written within comes to be, or nothing; an inner one is part of it.

        Raises:
            StoreError: If the file cannot be written.
        """
        if self._connection.in_transaction:
            yield
            return
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise
        except sqlite3.Error as error:
            raise StoreError(
                f"{self.path} cannot be written ({error}): is the disk full, or another program using it?",
                _code(error, "store.unwritable"),
                path=self.path,
            ) from error

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Let several queries see one state of the file, whatever others write meanwhile."""
        self.query("BEGIN")
        try:
            yield
        finally:
            self.query("COMMIT")

    def setting(self, name: str) -> Any:
        """Return what `set_setting` kept, None if nothing."""
        rows = self.query("SELECT value FROM settings WHERE name = ?", (name,))
        return json.loads(rows[0][0]) if rows else None

    def set_setting(self, name: str, value: Any) -> None:
        """Keep a small value, such as the place of the review queue, as JSON."""
        with self.transaction():
            self._connection.execute(
                "INSERT INTO settings VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                (name, json.dumps(value)),
            )

    def check(self) -> list[str]:
        """Return what is wrong with the file; nothing if it is sound."""
        try:
            rows = self._connection.execute("PRAGMA integrity_check").fetchall()
            broken = self._connection.execute("PRAGMA foreign_key_check").fetchall()
        except sqlite3.DatabaseError as error:
            return [str(error)]
        found = [str(row[0]) for row in rows if row[0] != "ok"]
        return found + [
            f"{table}: row {row} points to nothing in {parent}" for table, row, parent, _ in broken
        ]

    def backup(self, target: str | Path) -> None:
        """Copy the store to a new file, while others may be writing.

        Raises:
            StoreError: If the target exists or cannot be written.
        """
        if Path(target).exists():
            raise StoreError(f"{target} exists: name a new file")
        try:
            copy = sqlite3.connect(target)
            with copy:
                self._connection.backup(copy)
            copy.close()
        except sqlite3.Error as error:
            raise StoreError(f"{target} cannot be written: {error}") from error


def _write_ahead(connection: sqlite3.Connection, wait: float) -> None:
    """Switch to a write-ahead log; SQLite does not wait while another process makes the same switch."""
    last = time.monotonic() + wait
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > last:
                raise
            time.sleep(0.01)


def _code(error: sqlite3.Error, otherwise: str) -> str:
    """Return the code of `tagrt.errors.TagrtError` for an error of SQLite."""
    said = str(error)
    if "locked" in said:
        return "store.busy"
    return "store.full" if "full" in said else otherwise


def now() -> str:
    """Return the present time as the store keeps it: UTC, ISO 8601."""
    return datetime.now(timezone.utc).isoformat(timespec="milliseconds")
