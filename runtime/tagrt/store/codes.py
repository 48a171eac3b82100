"""Products by their barcodes, as a scanner reads them."""

from __future__ import annotations

from tagrt.barcodes import Barcode
from tagrt.store.indexes import CODE
from tagrt.store.queue import COLUMNS, Waiting, waiting_of
from tagrt.store.store import Store

MOST = 20
"""Products of one code that are given; a catalogue may have it on several rows."""


def find_by_code(store: Store, barcode: Barcode) -> list[Waiting]:
    """Return the products with a code, or else those whose own key it is; the one seen last goes first.

    A case's code finds its item where no product has the case's own.
    """
    for key in barcode.keys:
        # The index is of products with a barcode; sorting is of a handful.
        rows = store.query(
            f"SELECT {COLUMNS} FROM products WHERE {CODE} = ? AND gtin <> '' "
            "ORDER BY run DESC, id DESC LIMIT ?",
            (key, MOST),
        )
        if rows and key:
            return [waiting_of(row) for row in rows]
    rows = store.query(f"SELECT {COLUMNS} FROM products WHERE key = ?", (f"key:{barcode.text}",))
    return [waiting_of(row) for row in rows]
