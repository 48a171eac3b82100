"""Sorting the rows of a file by what a store knows of them: new, changed, as before."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from tagrt.run.kept import row_cells
from tagrt.store import content_hash, product_key
from tagrt.store.change import Known
from tagrt.store.changes import PAGE, ChangeLog
from tagrt.tables.record import Record
from tagrt.types import Product

Look = Callable[[], Iterable[tuple[Sequence[Record], Sequence[Product]]]]
"""Gives the records of the file with their products once more, from its beginning."""

MOST_WAITING = 16_384
"""Rows that wait; with more, the whole file is looked through for what the store knows."""

MOST_CHARACTERS = 32_000_000
"""Characters of rows that wait, likewise."""


class Row(NamedTuple):
    """A row of the file.

    Attributes:
        record: Its cells.
        product: Its product.
        key: The product's key; not that of the store where a file has it twice.
        digest: Hash of everything in the row.
    """

    record: Record
    product: Product
    key: str
    digest: bytes


@dataclass(slots=True)
class Pending:
    """Rows on their way through the model: new products, and those whose text changed."""

    rows: list[Row] = field(default_factory=list)
    found: list[tuple[str, Known | None]] = field(default_factory=list)

    def add(self, row: Row, key: str, known: Known | None) -> None:
        """Add a row with its key in the store and what that knows of it."""
        self.rows.append(row)
        self.found.append((key, known))


class Sorter:
    """Tells rows apart, in the order of the file; remembers what it has seen.

    A key may stand on several rows. So a row whose text is not what the store has under its key waits until
    the others are known: one of them may be that product as it was.

    Attributes:
        seen: By number of a product, whether the file has it.
        unchanged: Rows whose product is as the store knows it.
        untitled: Rows without a title, which are no products.
    """

    def __init__(self, log: ChangeLog, header: Sequence[str], look: Look) -> None:
        """Take the log of an update, the names of the columns, and what reads the file once more."""
        self._log = log
        self._header = header
        self._look = look
        self._under_way: dict[str, str] = {}
        self._waiting: list[Row] = []
        self._characters = 0
        self._whole = False
        self._same = bytearray()
        self._ahead = bytearray()
        self.seen = bytearray()
        self.unchanged = 0
        self.untitled = 0

    def sort(self, records: Sequence[Record], products: Sequence[Product]) -> Iterator[Pending]:
        """Give what the model has to be asked about, and settle the rest with the store."""
        there, rows = self._glance(records, products)
        rest: list[Row] = []
        for row in rows:
            identity, seen = there.get(row.key, (0, None))
            if not row.product.title.strip():
                self.untitled += 1
                _mark(self.seen, identity)
            elif seen == row.digest and row.key not in self._under_way:
                self.unchanged += 1
                self._is_there(identity)
            else:
                rest.append(row)
        if rest:
            yield self._read(rest)
        if len(self._waiting) > MOST_WAITING or self._characters > MOST_CHARACTERS:
            self._look_through()
            yield from self.end()

    def end(self) -> Iterator[Pending]:
        """Give the rows that waited, all others being known."""
        self._whole = True
        waiting, self._waiting, self._characters = self._waiting, [], 0
        for start in range(0, len(waiting), PAGE):
            yield self._read(waiting[start : start + PAGE])

    def settled(self, pending: Pending) -> None:
        """Forget rows that are in the store now."""
        for key, _ in pending.found:
            self._under_way.pop(key, None)

    def _glance(
        self, records: Sequence[Record], products: Sequence[Product]
    ) -> tuple[Mapping[str, tuple[int, bytes | None]], list[Row]]:
        rows = [_row(*pair) for pair in zip(records, products, strict=True) if not pair[0].error]
        return self._log.glance(dict.fromkeys(row.key for row in rows if row.key)), rows

    def _look_through(self) -> None:
        """Find what the store knows in the whole file, so that no more rows need wait."""
        for records, products in self._look():
            there, rows = self._glance(records, products)
            rest = []
            for row in rows:
                identity, seen = there.get(row.key, (0, None))
                if seen == row.digest:
                    _mark(self._ahead, identity)
                elif row.product.title.strip():
                    rest.append(row)
            contents = [content_hash(row.product) for row in rest]
            keys = [row.key for row in rest]
            known = self._log.known({*keys, *map(_twin, keys, contents)})
            for key, content in zip(keys, contents, strict=True):
                found = known.get(_twin(key, content)) or known.get(key)
                if found and found.content == content:
                    _mark(self._ahead, found.id)

    def _read(self, rows: Sequence[Row]) -> Pending:
        """Sort rows that are not as before, by the text that the model reads."""
        contents = [content_hash(row.product) for row in rows]
        twins = [_twin(row.key, content) for row, content in zip(rows, contents, strict=True)]
        known = self._log.known({*twins, *(row.key for row in rows)})
        pending, again, back = Pending(), [], list[Known]()
        for row, content, twin in zip(rows, contents, twins, strict=True):
            key = twin if twin in known or self._taken(row.key, known.get(row.key), content) else row.key
            found = known.get(key)
            if found and found.content == content:
                first = found.run != self._log.run and not _marked(self._same, found.id)
                self._again(found, back)
                if first and found.seen != row.digest:
                    again.append((found, row.product, row_cells(self._header, row.record), row.digest))
            elif self._under_way.get(key) == content:
                self.unchanged += 1
            elif found and not self._whole:
                self._wait(row)
            else:
                if found:
                    self._is_there(found.id)
                self._under_way[key] = content
                pending.add(row, key, found)
        if again:
            self._log.seen_again(again)
        self._log.returned(back)
        return pending

    def _wait(self, row: Row) -> None:
        self._waiting.append(row)
        self._characters += len("".join(row.record.cells)) + len(row.record.raw)

    def _taken(self, key: str, found: Known | None, content: str) -> bool:
        """Whether another product of this file has the key."""
        under_way = self._under_way.get(key)
        if under_way is not None:
            return under_way != content
        if found is None or found.content == content:
            return False
        return found.run == self._log.run or any(
            _marked(marks, found.id) for marks in (self._same, self._ahead)
        )

    def _again(self, found: Known, back: list[Known]) -> None:
        self.unchanged += 1
        if found.gone and not _marked(self.seen, found.id):
            back.append(found)
        self._is_there(found.id)

    def _is_there(self, identity: int) -> None:
        """Note that a product is a row of the file, which no other row may become."""
        _mark(self.seen, identity)
        _mark(self._same, identity)


def _mark(marks: bytearray, identity: int) -> None:
    if identity >= len(marks):
        marks.extend(bytes(max(identity + 1 - len(marks), len(marks), 1024)))
    marks[identity] = 1


def _marked(marks: bytearray, identity: int) -> bool:
    return identity < len(marks) and bool(marks[identity])


def _twin(key: str, content: str) -> str:
    """Return the key of a product whose own another product of the file has."""
    return f"{key}#{content}"


def _row(record: Record, product: Product) -> Row:
    titled = product.title.strip() or product.key.strip() or product.gtin.strip()
    text = "\x1f".join([*product[:4], product.gtin, *record.cells])
    digest = hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=12).digest()
    return Row(record, product, product_key(product) if titled else "", digest)
