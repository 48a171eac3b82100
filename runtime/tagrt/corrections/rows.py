"""What people decided, as rows that `tagrt distill` trains on."""

from __future__ import annotations

import json
from typing import TextIO

from tagrt.store import Store
from tagrt.store.lessons import decisions
from tagrt.store.new_tags import new_tags


def write_training_rows(store: Store, file: TextIO) -> int:
    """Write one JSON object a line for every standing decision: the text as the person saw it, and the tag.

    Tags that people added bring their names, as ``tag_en`` and ``tag_zh``.

    Args:
        store: The shop's store.
        file: Text file.

    Returns:
        The number of rows written.
    """
    count, new = 0, new_tags(store)
    for decided in decisions(store):
        product, names = decided.product, new.get(decided.tag)
        row = {
            "text": product.title,
            "tag": decided.tag,
            "tag_en": names.en if names else "",
            "tag_zh": names.zh if names else "",
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
