"""Keeping taggings: which product of the store each is of, what changed, what a person decided on it."""

from __future__ import annotations

from collections.abc import Mapping

from tagrt.store.file import StoreFile
from tagrt.store.keys import content_hash, product_key, storable
from tagrt.store.states import (
    COLUMNS,
    PUT,
    STATE,
    Correction,
    corrected_state,
    state_of,
    stored_cells,
    stored_fields,
)
from tagrt.types import Product, Tagging

_LOOK_UP = f"""
    SELECT p.id, p.run, p.content, {", ".join(f"p.{name}" for name in STATE)}, c.tag, c.content
    FROM products p LEFT JOIN corrections c ON c.product = p.id AND c.ended IS NULL WHERE p.key = ?
"""


class Recorder:
    """One run's pen; its methods are called within a transaction."""

    def __init__(self, file: StoreFile, run: int) -> None:
        """Take an open store and the run's number."""
        self._file = file
        self._run = run

    def record(
        self, product: Product, tagging: Tagging, cells: Mapping[str, str], known_key: str = ""
    ) -> Correction | None:
        """Keep the tagging of a product, and return what a person decided on it.

        Args:
            product: A product with text.
            tagging: What the model says of it.
            cells: Its columns.
            known_key: Its key, where the caller knows which of the store's it is.
        """
        key, content = known_key or product_key(product), content_hash(product)
        found = self._file.execute(_LOOK_UP, (key,)).fetchone()
        if found and found[2] != content and not known_key:
            twin = self._file.execute(_LOOK_UP, (f"{key}#{content}",)).fetchone()
            if twin or found[1] == self._run:
                key, found = f"{key}#{content}", twin
        state = state_of(tagging)
        if not found:
            identity = self._insert(key, content, product, cells, state)
            self._tell(identity, storable(product.title), state)
            return None
        identity, _, known_content, *known = found
        *known_state, tag, decided_on = known
        correction = None if tag is None else Correction(tag, decided_on)
        now = state if correction is None else corrected_state(state, correction, content)
        if known_content != content or tuple(known_state) != now:
            self._update(identity, content, product, cells, now)
        if known_content != content or self._last_told(identity) != state:
            self._tell(identity, storable(product.title), state)
        self._mark(identity)
        return correction

    def _mark(self, identity: int) -> None:
        self._file.execute(
            "UPDATE products SET (run, context, gone) = (SELECT id, context, NULL FROM runs WHERE id = ?) "
            "WHERE id = ?",
            (self._run, identity),
        )

    def _insert(
        self,
        key: str,
        content: str,
        product: Product,
        cells: Mapping[str, str],
        state: tuple[object, ...],
    ) -> int:
        cursor = self._file.execute(
            "INSERT INTO products (key, content, title, brand, description, category, gtin, cells, "
            f"{COLUMNS}, run, context) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
            "(SELECT context FROM runs WHERE id = ?))",
            (key, content, *stored_fields(product), stored_cells(cells), *state, self._run, self._run),
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
        self._file.execute(
            "UPDATE products SET content = ?, title = ?, brand = ?, description = ?, category = ?, gtin = ?, "
            f"cells = ?, seen = NULL, {PUT} WHERE id = ?",
            (content, *stored_fields(product), stored_cells(cells), *state, identity),
        )

    def _tell(self, identity: int, title: str, state: tuple[object, ...]) -> None:
        self._file.execute(
            f"INSERT INTO taggings (product, run, title, {COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (identity, self._run, title, *state),
        )

    def _last_told(self, identity: int) -> tuple[object, ...]:
        row: tuple[object, ...] = self._file.execute(
            f"SELECT {COLUMNS} FROM taggings WHERE product = ? ORDER BY id DESC LIMIT 1", (identity,)
        ).fetchone()
        return row
