"""The store: products by key with their present tags, their story, and what people decided."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timezone
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple

from tagrt.errors import StoreError
from tagrt.store.keys import content_hash, product_key, storable
from tagrt.store.schema import migrate
from tagrt.types import Decision, Product, Reason, Tagging

WAIT_SECONDS = 30.0
"""How long one process waits for another that is writing."""

_STATE = "tag, probability, best, best_probability, decision, reason, note"
_PUT_STATE = ", ".join(f"{name} = ?" for name in _STATE.split(", "))
_LOOK_UP = f"""
    SELECT p.id, p.run, p.content, {", ".join(f"p.{name}" for name in _STATE.split(", "))}, c.tag, c.content
    FROM products p LEFT JOIN corrections c ON c.product = p.id AND c.ended IS NULL WHERE p.key = ?
"""


class Correction(NamedTuple):
    """What a person decided.

    Attributes:
        tag: Taxonomy id.
        content: `content_hash` of the product it was decided on.
    """

    tag: str
    content: str


class Event(NamedTuple):
    """One step of a product's story.

    Attributes:
        at: UTC time, ISO 8601.
        by: The model, or the person.
        title: The product's title then; empty for what a person did.
        tag: The decided tag's id; empty if there was none.
        probability: Its probability; None for what a person did.
        decision: `auto`, `review` or `human`; `undone` for a correction that was taken back.
        reason: Why review was needed, or what else than the model decided.
        note: Which rule, correction or remark stood behind it.
    """

    at: str
    by: str
    title: str
    tag: str
    probability: float | None
    decision: str
    reason: str
    note: str = ""


class Store:
    """An open store; a context manager that closes its file.

    One for each thread; several processes may share a file.
    """

    def __init__(self, path: str | Path, create: bool = False) -> None:
        """Open a store.

        Args:
            path: Its file.
            create: Make it if there is none.

        Raises:
            StoreError: If it is missing, no store, damaged, or of a newer schema.
        """
        self.path = Path(path)
        if not create and not self.path.is_file():
            raise StoreError(f"{path}: no such store: make one with  tagrt run FILE --store {path}")
        if not self.path.parent.is_dir():
            raise StoreError(f"{path}: its folder does not exist: create it first")
        try:
            self._connection = sqlite3.connect(self.path, timeout=WAIT_SECONDS, isolation_level=None)
            _write_ahead(self._connection)
            self._connection.execute("PRAGMA synchronous = FULL")  # a decision is on disk when it is made
            self._connection.execute("PRAGMA foreign_keys = ON")
            migrate(self._connection, str(path))
        except sqlite3.Error as error:
            raise StoreError(f"{path}: cannot be opened as a store ({error}): is it another file?") from error

    def __enter__(self) -> Store:
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

    def begin_run(
        self, source: str, model: str, kind: str = "run", fingerprint: str = "", context: str = ""
    ) -> int:
        """Note that a file is being tagged; return the run's number.

        Args:
            source: The file.
            model: What people call the model.
            kind: The command at work.
            fingerprint: Hash of everything that decides the model's tags.
            context: Hash of what stands over the model: corrections remembered, policy.
        """
        with self.transaction():
            cursor = self._connection.execute(
                "INSERT INTO runs (source, model, started, kind, fingerprint, context) "
                "VALUES (?, ?, ?, ?, ?, ?)",
                (storable(source), model, now(), kind, fingerprint, context),
            )
        return int(cursor.lastrowid or 0)

    def unfinished_run(self, source: str) -> int | None:
        """Return the number of the last run of a file that did not come to its end, if there is one."""
        rows = self.query(
            "SELECT max(id) FROM runs WHERE source = ? AND kind = 'run' AND finished IS NULL", (source,)
        )
        return None if rows[0][0] is None else int(rows[0][0])

    def end_run(self, run: int, rows: int, auto: int, review: int, human: int, seconds: float) -> None:
        """Note how a run ended."""
        with self.transaction():
            self._connection.execute(
                "UPDATE runs SET finished = ?, rows = ?, auto = ?, review = ?, human = ?, seconds = ? "
                "WHERE id = ?",
                (now(), rows, auto, review, human, round(seconds, 3), run),
            )

    def record(
        self,
        run: int,
        products: Sequence[Product],
        taggings: Sequence[Tagging],
        cells: Sequence[Mapping[str, str]] = (),
        keys: Sequence[str] = (),
    ) -> list[Correction | None]:
        """Keep the taggings of products, in one transaction, and return what people decided on each.

        What did not change is only marked as seen. Where a file has a key twice, the second product gets
        one of its own.

        Args:
            run: Number of the run.
            products: Products with text.
            taggings: What the model says of each.
            cells: Each product's columns, for a person to see; none need be given.
            keys: Each product's key, where the caller knows which of the store's it is.
        """
        shown, known = cells or [{}] * len(products), keys or [""] * len(products)
        with self.transaction():
            return [self._record(run, *row) for row in zip(products, taggings, shown, known, strict=True)]

    def correct(self, key: str, tag: str, who: str, note: str = "") -> None:
        """Put a person's tag in the place of whatever stands; on disk when this returns.

        Args:
            key: The product's key, with or without what stands before its colon.
            tag: Taxonomy id.
            who: Who decided.
            note: Why, if the person says so.

        Raises:
            StoreError: If no product has that key.
        """
        with self.transaction():
            product, _ = self._product(key)
            at = now()  # of both, so that undoing this one finds the one before it
            self._end_correction(product, at)
            self._connection.execute(
                "INSERT INTO corrections (product, tag, content, who, at, note, title, brand, description, "
                "category) SELECT id, ?, content, ?, ?, ?, title, brand, description, category "
                "FROM products WHERE id = ?",
                (tag, storable(who), at, storable(note), product),
            )
            self._connection.execute(
                "UPDATE products SET tag = ?, probability = NULL, decision = ?, reason = '', note = '' "
                "WHERE id = ?",
                (tag, Decision.HUMAN.value, product),
            )

    def undo(self, key: str) -> bool:
        """Take a person's decision back; return whether there was one.

        The person's decision in whose place it came stands again, else the model's last one.

        Raises:
            StoreError: If no product has that key.
        """
        with self.transaction():
            product, content = self._product(key)
            standing = self.query(
                "SELECT id, at FROM corrections WHERE product = ? AND ended IS NULL", (product,)
            )
            if not standing:
                return False
            self._end_correction(product, now())
            # Not what the memory made of this very decision, if there is anything else.
            last = self._connection.execute(
                f"SELECT {_STATE} FROM taggings WHERE product = ? ORDER BY reason = ?, id DESC LIMIT 1",
                (product, Reason.MEMORY.value),
            ).fetchone()
            before = self._reopen(product, *standing[0])
            state = last if before is None else _corrected(last, before, content)
            self._connection.execute(f"UPDATE products SET {_PUT_STATE} WHERE id = ?", (*state, product))
            return True

    def history(self, key: str) -> list[Event]:
        """Return a product's story, oldest first.

        Raises:
            StoreError: If no product has that key.
        """
        product, _ = self._product(key)
        events = [
            Event(*row)
            for row in self.query(
                "SELECT r.started, r.model, t.title, t.tag, t.probability, t.decision, t.reason, t.note "
                "FROM taggings t JOIN runs r ON r.id = t.run WHERE t.product = ?",
                (product,),
            )
        ]
        for tag, who, at, ended, note in self.query(
            "SELECT tag, who, at, ended, note FROM corrections WHERE product = ?", (product,)
        ):
            events.append(Event(at, who, "", tag, None, Decision.HUMAN.value, "", note))
            if ended:
                events.append(Event(ended, who, "", tag, None, "undone", ""))
        return sorted(events, key=lambda event: event.at)

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

    def write_many(self, statement: str, rows: Iterable[Sequence[object]]) -> None:
        """Execute a statement for each row of values, in one transaction, for the parts of this room.

        Raises:
            StoreError: If the file cannot be written.
        """
        with self.transaction():
            self._connection.executemany(statement, rows)

    def query(self, statement: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Return the rows of a SELECT, for views of the store such as the review queue.

        Raises:
            StoreError: If the file cannot be read.
        """
        safe = [storable(value) if isinstance(value, str) else value for value in values]
        try:
            return self._connection.execute(statement, safe).fetchall()
        except sqlite3.Error as error:
            raise StoreError(f"{self.path} cannot be read ({error}): try  tagrt db check") from error

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Let several queries see one state of the file, whatever others write meanwhile."""
        self.query("BEGIN")
        try:
            yield
        finally:
            self.query("COMMIT")

    def counts(self) -> dict[str, int]:
        """Return the number of products, of each decision, of vanished ones, of corrections and of runs."""
        one = {
            "products": "SELECT count(*) FROM products",
            **{
                d.value: f"SELECT count(*) FROM products WHERE decision = '{d.value}' AND gone IS NULL"
                for d in Decision
            },
            "vanished": "SELECT count(*) FROM products WHERE gone IS NOT NULL",
            "corrections": "SELECT count(*) FROM corrections WHERE ended IS NULL",
            "runs": "SELECT count(*) FROM runs",
        }
        return {name: int(self.query(query)[0][0]) for name, query in one.items()}

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

    def _record(
        self, run: int, product: Product, tagging: Tagging, cells: Mapping[str, str], known_key: str = ""
    ) -> Correction | None:
        key, content = known_key or product_key(product), content_hash(product)
        found = self._connection.execute(_LOOK_UP, (key,)).fetchone()
        if found and found[2] != content and not known_key:
            twin = self._connection.execute(_LOOK_UP, (f"{key}#{content}",)).fetchone()
            if twin or found[1] == run:
                key, found = f"{key}#{content}", twin
        state = _state(tagging)
        if not found:
            identity = self._insert(key, content, product, cells, state, run)
            self._tell(identity, run, storable(product.title), state)
            return None
        identity, _, known_content, *known = found
        *known_state, tag, decided_on = known
        correction = None if tag is None else Correction(tag, decided_on)
        now = state if correction is None else _corrected(state, correction, content)
        if known_content != content or tuple(known_state) != now:
            self._update(identity, content, product, cells, now)
        if known_content != content or self._last_told(identity) != state:
            self._tell(identity, run, storable(product.title), state)
        self._mark(identity, run)
        return correction

    def _mark(self, identity: int, run: int) -> None:
        self._connection.execute(
            "UPDATE products SET (run, context, gone) = (SELECT id, context, NULL FROM runs WHERE id = ?) "
            "WHERE id = ?",
            (run, identity),
        )

    def _insert(
        self,
        key: str,
        content: str,
        product: Product,
        cells: Mapping[str, str],
        state: tuple[object, ...],
        run: int,
    ) -> int:
        cursor = self._connection.execute(
            "INSERT INTO products (key, content, title, brand, description, category, gtin, cells, "
            f"{_STATE}, run, context) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
            "(SELECT context FROM runs WHERE id = ?))",
            (key, content, *stored_fields(product), stored_cells(cells), *state, run, run),
        )
        return int(cursor.lastrowid or 0)

    def _update(
        self,
        identity: int,
        content: str,
        product: Product,
        cells: Mapping[str, str],
        state: tuple[object, ...],
    ) -> None:
        self._connection.execute(
            "UPDATE products SET content = ?, title = ?, brand = ?, description = ?, category = ?, gtin = ?, "
            f"cells = ?, seen = NULL, {_PUT_STATE} WHERE id = ?",
            (content, *stored_fields(product), stored_cells(cells), *state, identity),
        )

    def _tell(self, identity: int, run: int, title: str, state: tuple[object, ...]) -> None:
        self._connection.execute(
            f"INSERT INTO taggings (product, run, title, {_STATE}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (identity, run, title, *state),
        )

    def _last_told(self, identity: int) -> tuple[object, ...]:
        row: tuple[object, ...] = self._connection.execute(
            f"SELECT {_STATE} FROM taggings WHERE product = ? ORDER BY id DESC LIMIT 1", (identity,)
        ).fetchone()
        return row

    def _end_correction(self, product: int, at: str) -> None:
        self._connection.execute(
            "UPDATE corrections SET ended = ? WHERE product = ? AND ended IS NULL", (at, product)
        )

    def _reopen(self, product: int, undone: int, at: str) -> Correction | None:
        """Let the decision stand again in whose place another, now undone, came at a moment; return it."""
        before = self.query(
            "SELECT id, tag, content FROM corrections WHERE product = ? AND ended = ? AND id < ? "
            "ORDER BY id DESC LIMIT 1",
            (product, at, undone),
        )
        if not before:
            return None
        identity, tag, content = before[0]
        self._connection.execute("UPDATE corrections SET ended = NULL WHERE id = ?", (identity,))
        return Correction(tag, content)

    def _product(self, key: str) -> tuple[int, str]:
        key = storable(key)
        rows = self.query(
            "SELECT id, content, key, key IN (?, 'key:' || ?) FROM products "
            "WHERE key IN (?, 'key:' || ?, 'gtin:' || ?) OR (gtin = ? AND gtin <> '') ORDER BY 4 DESC",
            (key,) * 6,
        )
        if not rows:
            raise StoreError(f"{self.path}: no product has the key '{key}'")
        if len(rows) > 1 and not rows[0][3]:
            keys = ", ".join(str(row[2]) for row in rows)
            raise StoreError(f"{self.path}: several products have the barcode '{key}': give one of {keys}")
        return int(rows[0][0]), str(rows[0][1])

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
                f"{self.path} cannot be written ({error}): is the disk full, or another program using it?"
            ) from error


def stored_cells(cells: Mapping[str, str]) -> str:
    """Return a product's columns as the store keeps them."""
    return storable(json.dumps(dict(cells), ensure_ascii=False))


def stored_fields(product: Product) -> tuple[str, ...]:
    """Return title, brand, description, category and barcode as the store keeps them."""
    fields = (product.title, product.brand, product.description, product.category, product.gtin)
    return tuple(storable(field) for field in fields)


def _state(tagging: Tagging) -> tuple[object, ...]:
    tag, best = tagging.tag, tagging.best
    return (
        tag.id if tag else "",
        round(tag.probability, 4) if tag else None,
        best.id if best else "",
        round(best.probability, 4) if best else None,
        tagging.decision.value,
        tagging.reason.value,
        storable(tagging.note),
    )


def _corrected(state: tuple[object, ...], correction: Correction, content: str) -> tuple[object, ...]:
    """Return the state of a product that a person decided on; for review if its text has changed since."""
    changed = correction.content != content
    decision = Decision.REVIEW if changed else Decision.HUMAN
    reason = Reason.CHANGED if changed else Reason.NONE
    return (correction.tag, None, *state[2:4], decision.value, reason.value, "")


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Switch to a write-ahead log; SQLite does not wait while another process makes the same switch."""
    last = time.monotonic() + WAIT_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > last:
                raise
            time.sleep(0.01)


def now() -> str:
    """Return the present time as the store keeps it: UTC, ISO 8601."""
    return datetime.now(timezone.utc).isoformat(timespec="milliseconds")
