"""Edits of a title that must not move its tag: another colour, quantity, pack, brand or word order.

They judge a model's consistency; its training draws other words (see `tagrt_distill.corpus.attributes`).
"""

from __future__ import annotations

import random
import re

from tagrt.types import Product
from tagrt_distill.corpus.attributes import BRANDS, COLOURS, EVALUATION, branded, is_chinese, recoloured

_QUANTITY = re.compile(
    r"\d+(?:\.\d+)?(?=\s?"
    r"(?:ml|l|mg|g|kg|mm|cm|m|inch|oz|lb|gb|tb|w|v|毫升|升|克|千克|公斤|斤|寸|英寸|厘米|米)\b)",
    re.I,
)
_PACKS = {False: (" x{n}", " {n} pack", ", pack of {n}"), True: ("*{n}", " {n}件装", "x{n}")}


def edits(product: Product, draw: random.Random) -> dict[str, str]:
    """Return edited titles by kind: those of colour, quantity, pack, brand and order that fit the title.

    Args:
        product: Its title and, if known, its brand.
        draw: Decides between words.
    """
    title, chinese = product.title.strip(), is_chinese(product.title)
    brand = draw.choice(BRANDS[EVALUATION][chinese])
    pack = draw.choice(_PACKS[chinese]).format(n=draw.randint(2, 12))
    made = {
        "colour": recoloured(title, COLOURS[EVALUATION][chinese], draw),
        "quantity": _QUANTITY.sub(lambda _: str(draw.choice((3, 15, 60, 120, 300, 750))), title),
        "pack": title + pack,
        "brand": _rebranded(title, product.brand.strip(), brand),
        "order": _reordered(title),
    }
    return {kind: text for kind, text in made.items() if text != title}


def _rebranded(title: str, old: str, new: str) -> str:
    found = re.search(re.escape(old), title, re.I) if old else None
    if found:
        return title[: found.start()] + new + title[found.end() :]
    return branded(title, new)


def _reordered(title: str) -> str:
    words = title.split()
    middle = len(words) // 2
    return " ".join(words[middle:] + words[:middle]) if len(words) >= 3 else title
