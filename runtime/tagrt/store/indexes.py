"""Indexes that came after the first schema: for codes as scanned, the filtered queue and the overview."""

from __future__ import annotations

CODE = "ltrim(replace(replace(gtin, ' ', ''), '-', ''), '0')"
"""A product's barcode as `tagrt.barcodes.barcode.code_key` writes it."""

WAITING = "decision = 'review'"
"""Which products wait for a person; spelt alike in the index and in every query, or it is not used."""

CERTAINTY = "ifnull(best_probability, 0.0)"
"""What the queue is ordered by, before the product's number."""

INDEXES = f"""
    CREATE INDEX products_by_code ON products ({CODE}) WHERE gtin <> '';
    CREATE INDEX products_by_tag ON products (tag, decision);
    CREATE INDEX waiting_by_certainty
        ON products ({CERTAINTY}, id, title, key, gtin, best, reason, best_probability)
        WHERE {WAITING};
"""
"""The last one holds all that a filter looks at, so that a queue is looked through without its products;
older SQLite does not see that its expression covers the probability, so that is in it once more."""
