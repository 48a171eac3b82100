"""Indexes that came after the first schema: for codes as scanned, the filtered queue and the overview."""

from __future__ import annotations

CODE = "ltrim(replace(replace(gtin, ' ', ''), '-', ''), '0')"
"""A product's barcode as `tagrt.barcodes.barcode.code_key` writes it."""

WAITING = "decision = 'review'"
"""Which products wait for a person; spelt alike in the index and in every query, or it is not used."""

CERTAINTY = "ifnull(best_probability, 0.0)"
"""What the queue is ordered by, before the product's number."""

WAITING_INDEX = "waiting_by_certainty"
"""Holds all that a filter looks at, so that a queue is looked through without its products. Named in the
query, since SQLite would rather take the one by decision, and go to each product from there."""

INDEXES = f"""
    CREATE INDEX products_by_code ON products ({CODE}) WHERE gtin <> '';
    CREATE INDEX products_by_tag ON products (tag, decision);
    CREATE INDEX {WAITING_INDEX}
        ON products ({CERTAINTY}, id, title, key, gtin, best, reason, best_probability)
        WHERE {WAITING};
"""
"""Older SQLite does not see that an expression covers the probability; the last index has it once more."""
