"""What an update changed, product by product, kept in the store so that a kill cannot take the report."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from tagrt.store.additions import SOURCE as BY_HAND
from tagrt.store.change import Change, Kind, Known, Stale
from tagrt.store.file import now
from tagrt.store.states import stored_cells, stored_fields
from tagrt.store.store import Store
from tagrt.types import Product, Tagging

PAGE = 1024
"""Products read at once."""

_AT_ONCE = 8 * PAGE
"""Products that vanish in one transaction, at most as many more."""

_KNOWN = ", ".join(f"p.{name}" for name in Known._fields)
_OWN_KEY = "CASE WHEN p.key LIKE 'key:%' THEN substr(p.key, 5) ELSE '' END"
_AUTOMATIC = (
    "p.gone IS NULL AND NOT EXISTS (SELECT 1 FROM corrections c WHERE c.product = p.id AND c.ended IS NULL)"
)
_BY_HAND = f"""
    p.seen IS NULL AND (SELECT r.source FROM taggings t JOIN runs r ON r.id = t.run WHERE t.product = p.id
    ORDER BY t.id LIMIT 1) = '{BY_HAND}' AND NOT EXISTS
    (SELECT 1 FROM runs r WHERE r.id = p.run AND r.kind = 'run' AND r.source <> '{BY_HAND}')
"""
"""What a person added, and no file has had since."""


def known_products(store: Store, keys: Iterable[str]) -> dict[str, Known]:
    """Return what a store knows of the products with these keys, by key."""
    rows = store.query(
        f"SELECT {_KNOWN} FROM json_each(?) wanted CROSS JOIN products p ON p.key = wanted.value",
        (json.dumps(list(keys), ensure_ascii=False),),
    )
    return {row[1]: Known(*row) for row in rows}


class ChangeLog:
    """One update's view of a store."""

    def __init__(self, store: Store, source: str, model: str, fingerprint: str, context: str) -> None:
        """Begin an update; what an unfinished one of the same file changed becomes part of this one.

        Args:
            store: An open store.
            source: The file, or what else is updated from.
            model: What people call the model.
            fingerprint: Hash of everything that decides the model's tags.
            context: Hash of what stands over the model: corrections remembered, policy.
        """
        self.store = store
        self.context = context
        with store.transaction():
            unfinished = store.query(
                "SELECT id FROM runs WHERE kind = 'update' AND finished IS NULL AND source = ?", (source,)
            )
            self.run = store.begin_run(source, model, "update", fingerprint, context)
            ((last,),) = store.query("SELECT ifnull(max(id), 0) FROM products")
            self._last = int(last)
            store.write_many(
                "UPDATE changes SET run = ? WHERE run = ?", [(self.run, run) for (run,) in unfinished]
            )

    def known(self, keys: Iterable[str]) -> dict[str, Known]:
        """Return what the store knows of the products with these keys."""
        return known_products(self.store, keys)

    def glance(self, keys: Iterable[str]) -> dict[str, tuple[int, bytes | None]]:
        """Return number and digest of the products with these keys that are there; from an index alone."""
        rows = self.store.query(
            "SELECT p.key, p.id, p.seen FROM json_each(?) wanted CROSS JOIN products p "
            "INDEXED BY products_seen ON p.key = wanted.value WHERE p.gone IS NULL",
            (json.dumps(list(keys), ensure_ascii=False),),
        )
        return {key: (identity, seen) for key, identity, seen in rows}

    def record(
        self,
        found: Sequence[tuple[str, Known | None]],
        products: Sequence[Product],
        taggings: Sequence[Tagging],
        cells: Sequence[Mapping[str, str]],
        seen: Sequence[bytes | None],
    ) -> None:
        """Keep taggings of products and what they change, in one transaction.

        Args:
            found: Each product's key with what the store knew of it, None for a new one.
            products: The products.
            taggings: What is said of each.
            cells: Each product's columns.
            seen: Digest of each product's row; None leaves the store's.
        """
        keys = [key for key, _ in found]
        with self.store.transaction():
            self.store.record(self.run, products, taggings, cells, keys)
            digests = [(digest, key) for digest, key in zip(seen, keys, strict=True) if digest is not None]
            self.store.write_many("UPDATE products SET seen = ? WHERE key = ?", digests)
            after = self.known(keys)
            self._tell(
                (after[key], before, kind) for key, before in found if (kind := _kind(before, after[key]))
            )

    def seen_again(self, rows: Sequence[tuple[Known, Product, Mapping[str, str], bytes]]) -> None:
        """Keep the new columns of products whose text the model reads as before."""
        with self.store.transaction():
            self.store.write_many(
                "UPDATE products SET title = ?, brand = ?, description = ?, category = ?, gtin = ?, "
                "cells = ?, seen = ? WHERE id = ? AND content = ?",
                [(*stored_fields(p), stored_cells(c), s, k.id, k.content) for k, p, c, s in rows],
            )

    def returned(self, found: Sequence[Known]) -> None:
        """Note that products which had vanished are back."""
        if found:
            with self.store.transaction():
                self.store.write_many(
                    "UPDATE products SET gone = NULL WHERE id = ?", [(k.id,) for k in found]
                )
                self._tell((known, known, Kind.RETURNED) for known in found)

    def vanished(self, seen: bytes | bytearray) -> None:
        """Note which products are not in the file, some thousands in each transaction.

        Products that no file had so far, since a person added them by hand, have not vanished from one; nor
        have those that others put into the store while this update was at work.

        Args:
            seen: By number of a product, whether it is there; those tagged by this update are.
        """
        at, last, gone = now(), 0, list[int]()
        while rows := self.store.query(
            f"SELECT p.id FROM products p WHERE p.gone IS NULL AND p.run <> ? AND p.id <= ? AND p.id > ? "
            f"AND NOT ({_BY_HAND}) ORDER BY p.id LIMIT ?",
            (self.run, self._last, last, _AT_ONCE),
        ):
            last = rows[-1][0]
            gone += [n for (n,) in rows if n >= len(seen) or not seen[n]]
            if len(gone) >= _AT_ONCE:
                self._gone(gone, at)
                gone = []
        self._gone(gone, at)

    def stale(self, tagger: str | None = None) -> Iterator[list[Stale]]:
        """Give products no person decided on, tagged under another context than today's.

        Args:
            tagger: Fingerprint of a model: those that another one tagged are given too.
        """
        where, values = "p.context <> ?", [self.context]
        if tagger is not None:
            where += " OR (SELECT fingerprint FROM runs r WHERE r.id = p.run) <> ?"
            values.append(tagger)
        more = (
            f", p.brand, p.description, p.category, {_OWN_KEY}, p.gtin, p.cells, "
            "(SELECT fingerprint FROM runs r WHERE r.id = p.run)"
        )
        for page in self._pages(f"{_AUTOMATIC} AND ({where})", values, more):
            yield [_stale(row) for row in page]

    def _gone(self, products: Sequence[int], at: str) -> None:
        if not products:
            return
        these = "id IN (SELECT value FROM json_each(?))"
        with self.store.transaction():
            self.store.execute(
                "INSERT INTO changes (run, product, kind, title, title_before, tag, tag_before, decision, "
                "reason, note) SELECT ?, id, ?, title, title, tag, tag, decision, reason, note FROM products "
                f"WHERE {these} AND gone IS NULL ORDER BY id",
                (self.run, Kind.VANISHED.value, json.dumps(products)),
            )
            self.store.execute(
                f"UPDATE products SET gone = ? WHERE {these} AND gone IS NULL", (at, json.dumps(products))
            )

    def hide(self, tags: Mapping[str, str]) -> None:
        """Put the tags above in the place of best guesses that are not shown, also where a person decided.

        Args:
            tags: The id to be shown, by that of each hidden tag.
        """
        if tags:
            guessed = {best for (best,) in self.store.query("SELECT DISTINCT best FROM products")}
            rows = [(shown, hidden) for hidden, shown in tags.items() if hidden in guessed]
            self.store.write_many("UPDATE products SET best = ? WHERE best = ?", rows)

    def looked_at(self, found: Sequence[Known]) -> None:
        """Note that today's context leaves these products as they are."""
        rows = [(self.context, known.id) for known in found]
        self.store.write_many("UPDATE products SET context = ? WHERE id = ?", rows)

    def changes(self, run: int | None = None) -> Iterator[Change]:
        """Give the changes of this update, or of another run."""
        last = 0
        while rows := self.store.query(
            "SELECT c.id, c.kind, p.key, c.title, c.title_before, c.tag, c.tag_before, c.decision, c.reason, "
            "c.note FROM changes c JOIN products p ON p.id = c.product WHERE c.run = ? AND c.id > ? "
            "ORDER BY c.id LIMIT ?",
            (run or self.run, last, PAGE),
        ):
            last = rows[-1][0]
            yield from (Change(*row[1:]) for row in rows)

    def of_other_models(self, tagger: str) -> int:
        """Return how many products no person decided on were tagged by another model than this."""
        (count,) = self.store.query(
            f"SELECT count(*) FROM products p JOIN runs r ON r.id = p.run WHERE {_AUTOMATIC} "
            "AND r.fingerprint <> ?",
            (tagger,),
        )[0]
        return int(count)

    def counts(self) -> dict[str, int]:
        """Return the number of changes of each kind."""
        rows = self.store.query("SELECT kind, count(*) FROM changes WHERE run = ? GROUP BY kind", (self.run,))
        return {kind.value: dict(rows).get(kind.value, 0) for kind in Kind}

    def moved(self) -> list[tuple[str, str, int]]:
        """Return tag before, tag now and number of products, for all that moved, by falling number."""
        return [
            (before, after, count)
            for before, after, count in self.store.query(
                "SELECT tag_before, tag, count(*) FROM changes WHERE run = ? AND kind = ? "
                "GROUP BY tag_before, tag ORDER BY count(*) DESC, tag_before, tag",
                (self.run, Kind.RETAGGED.value),
            )
        ]

    def _pages(self, where: str, values: Sequence[object], more: str = "") -> Iterator[list[tuple[Any, ...]]]:
        last = 0
        while rows := self.store.query(
            f"SELECT {_KNOWN}{more} FROM products p WHERE ({where}) AND p.id > ? ORDER BY p.id LIMIT ?",
            (*values, last, PAGE),
        ):
            last = rows[-1][0]
            yield rows

    def _tell(self, changes: Iterable[tuple[Known, Known | None, Kind]]) -> None:
        self.store.write_many(
            "INSERT INTO changes (run, product, kind, title, title_before, tag, tag_before, decision, "
            "reason, note) SELECT ?, id, ?, title, ?, tag, ?, decision, reason, note FROM products "
            "WHERE id = ?",
            [
                (self.run, kind.value, before.title if before else "", before.tag if before else "", after.id)
                for after, before, kind in changes
            ],
        )


def _kind(before: Known | None, after: Known) -> Kind | None:
    """Say what happened to a product; None where nothing did."""
    if before is None:
        return Kind.ADDED
    if after.reason == "changed" and after.content != before.content:
        return Kind.LOCKED
    if after.tag != before.tag:
        return Kind.RETAGGED
    if after.content != before.content:
        return Kind.KEPT
    return Kind.DECIDED if (after.decision, after.reason) != (before.decision, before.reason) else None


def _known(row: Sequence[Any]) -> Known:
    return Known(*row[: len(Known._fields)])


def _stale(row: Sequence[Any]) -> Stale:
    known = _known(row)
    brand, description, category, key, gtin, cells, tagger = row[len(Known._fields) :]
    product = Product(known.title, brand, description, category, key, gtin)
    return Stale(known, product, json.loads(cells), tagger)
