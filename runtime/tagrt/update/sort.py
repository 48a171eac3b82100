"""Sorting the rows of a file by what a store knows of them: new, changed, as before."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from tagrt.run.kept import row_cells
from tagrt.store import content_hash, product_key
from tagrt.store.change import Known
from tagrt.store.changes import ChangeLog
from tagrt.tables.record import Record
from tagrt.types import Product


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

    Attributes:
        seen: By number of a product, whether the file has it.
        unchanged: Rows whose product is as the store knows it.
        untitled: Rows without a title, which are no products.
    """

    def __init__(self, log: ChangeLog, header: Sequence[str]) -> None:
        """Take the log of an update and the names of the columns."""
        self._log = log
        self._header = header
        self._under_way: dict[str, str] = {}
        self.seen = bytearray()
        self.unchanged = 0
        self.untitled = 0

    def sort(self, records: Sequence[Record], products: Sequence[Product]) -> Pending:
        """Return what the model has to be asked about, and settle the rest with the store."""
        rows = [_row(*pair) for pair in zip(records, products, strict=True) if not pair[0].error]
        there = self._log.glance(dict.fromkeys(row.key for row in rows if row.key))
        back: list[Known] = []
        rest: list[Row] = []
        for row in rows:  # first those that are as before to the letter: no other may take their place
            identity, seen = there.get(row.key, (0, None))
            if not row.product.title.strip():
                self.untitled += 1
                self._mark(identity)
            elif seen == row.digest and row.key not in self._under_way:
                self.unchanged += 1
                self._mark(identity)
            else:
                rest.append(row)
        pending = self._read(rest, back) if rest else Pending()
        self._log.returned(back)
        return pending

    def settled(self, pending: Pending) -> None:
        """Forget rows that are in the store now."""
        for key, _ in pending.found:
            self._under_way.pop(key, None)

    def _read(self, rows: Sequence[Row], back: list[Known]) -> Pending:
        """Sort rows that are not as before, by the text that the model reads."""
        contents = [content_hash(row.product) for row in rows]
        twins = [f"{row.key}#{content}" for row, content in zip(rows, contents, strict=True)]
        known = self._log.known({*twins, *(row.key for row in rows)})
        pending, again = Pending(), []
        for row, content, twin in zip(rows, contents, twins, strict=True):
            key = twin if twin in known or self._taken(row.key, known.get(row.key), content) else row.key
            found = known.get(key)
            if found and found.content == content:
                self._again(found, back)
                if found.seen != row.digest:
                    again.append((found, row.product, row_cells(self._header, row.record), row.digest))
            elif self._under_way.get(key) == content:
                self.unchanged += 1
            else:
                if found:
                    self._mark(found.id)
                self._under_way[key] = content
                pending.add(row, key, found)
        if again:
            self._log.seen_again(again)
        return pending

    def _taken(self, key: str, found: Known | None, content: str) -> bool:
        """Whether another product of this file has the key."""
        under_way = self._under_way.get(key)
        if under_way is not None:
            return under_way != content
        if found is None or found.content == content:
            return False
        return found.run == self._log.run or (found.id < len(self.seen) and bool(self.seen[found.id]))

    def _again(self, found: Known, back: list[Known]) -> None:
        self.unchanged += 1
        if found.gone and not (found.id < len(self.seen) and self.seen[found.id]):
            back.append(found)
        self._mark(found.id)

    def _mark(self, identity: int) -> None:
        if identity >= len(self.seen):
            self.seen.extend(bytes(max(identity + 1 - len(self.seen), len(self.seen), 1024)))
        self.seen[identity] = 1


def _row(record: Record, product: Product) -> Row:
    titled = product.title.strip() or product.key.strip() or product.gtin.strip()
    text = "\x1f".join([*product[:4], product.gtin, *record.cells])
    digest = hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=12).digest()
    return Row(record, product, product_key(product) if titled else "", digest)
