"""Indexes that came after the first schema: for codes as scanned, the filtered queue and the overview."""

from __future__ import annotations

CODE = "ltrim(replace(replace(gtin, ' ', ''), '-', ''), '0')"
"""A product's barcode as `tagrt.barcodes.barcode.code_key` writes it."""

PRESENT = "gone IS NULL"
"""Which products have not vanished from their file."""

WAITING = f"decision = 'review' AND {PRESENT}"
"""Which products wait for a person; spelt alike in the index and in every query, or it is not used."""

CERTAINTY = "ifnull(best_probability, 0.0)"
"""What the queue is ordered by, before the product's number."""

WAITING_INDEX = "waiting_by_certainty"
"""Holds all that a filter looks at, so that a queue is looked through without its products. Named in the
query, since SQLite would rather take the one by decision, and go to each product from there."""

INDEXES = f"""
    CREATE INDEX products_by_code ON products ({CODE}) WHERE gtin <> '';
    CREATE INDEX products_by_tag ON products (tag, decision, gone) WHERE {PRESENT};
    DROP INDEX products_by_certainty;
    CREATE INDEX products_by_certainty ON products (decision, {CERTAINTY}, id, best_probability, gone) WHERE {PRESENT};
    CREATE INDEX {WAITING_INDEX}
        ON products ({CERTAINTY}, id, title, key, gtin, best, reason, best_probability, gone)
        WHERE {WAITING};
"""
"""SQLite looks up whatever a query names, also where the index itself says it: `gone`, and, in older ones, the
probability that an expression covers. So the indexes hold them once more."""
