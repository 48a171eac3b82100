"""How a product's fields become the one text the model reads."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

from tagrt.text.normalise import normalise

if TYPE_CHECKING:
    from tagrt.types import Product

FIELD_SEPARATOR = " | "
"""Stands between the title, the category text and the description."""

_MAX_TITLE = 400
_MAX_FIELD = 200
_MARKUP = re.compile(r"<[^>]*>")


def product_text(product: Product) -> str:
    """Join title, brand, category text and description into one normalised text.

    The brand is put before a title that does not name it; category text and description follow
    behind ``" | "``. Markup is stripped from descriptions and long fields are cut, since the model
    reads a bounded number of tokens anyway.

    Args:
        product: The product; only its title must be non-empty.

    Returns:
        The normalised text, empty if the product says nothing.
    """
    text = normalise(product.title[:_MAX_TITLE])
    if product.brand:
        brand = normalise(product.brand[:_MAX_FIELD])
        if brand and brand not in text:
            text = f"{brand} {text}" if text else brand
    for extra in (product.category, product.description):
        if extra:
            text = _append(text, normalise(strip_markup(extra)[:_MAX_FIELD]))
    return text


def strip_markup(text: str) -> str:
    """Return the text without HTML tags and entities, as shop exports hold them."""
    cut = text[: _MAX_FIELD * 20]
    if "<" in cut:
        cut = _MARKUP.sub(" ", cut)
    return html.unescape(cut) if "&" in cut else cut


def _append(text: str, extra: str) -> str:
    if not extra or extra == text:
        return text
    return f"{text}{FIELD_SEPARATOR}{extra}" if text else extra
