"""What people decided, as rows that `tagrt distill` trains on."""

from __future__ import annotations

import json
from typing import TextIO

from tagrt.store import Store
from tagrt.store.lessons import decisions


def write_training_rows(store: Store, file: TextIO) -> int:
    """Write one JSON object a line for every standing decision: the text as the person saw it, and the tag.

    Args:
        store: The shop's store.
        file: Text file.

    Returns:
        The number of rows written.
    """
    count = 0
    for decided in decisions(store):
        product = decided.product
        row = {
            "text": product.title,
            "tag": decided.tag,
            "brand": product.brand,
            "description": product.description,
            "category": product.category,
            "key": product.key,
            "gtin": product.gtin,
            "model_tag": decided.model_tag,
            "who": decided.who,
            "at": decided.at,
        }
        file.write(
            json.dumps({name: value for name, value in row.items() if value}, ensure_ascii=False) + "\n"
        )
        count += 1
    return count
