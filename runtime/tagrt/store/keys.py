"""By what a product is known again, and by what it is seen that its text changed."""

from __future__ import annotations

import hashlib

from tagrt.text import normalise, product_text
from tagrt.types import Product


def product_key(product: Product) -> str:
    """Return the key of a product: the shop's own, else its barcode, else a hash of its title.

    Which of them it is stands before a colon, so that a SKU is never taken for a barcode.
    """
    if own := product.key.strip():
        return f"key:{storable(own)}"
    if gtin := product.gtin.strip():
        return f"gtin:{storable(gtin)}"
    return f"title:{_hash(normalise(product.title))}"


def content_hash(product: Product) -> str:
    """Return a hash of the text that the model reads."""
    return _hash(product_text(product))


def storable(text: str) -> str:
    """Return a text that SQLite takes: NULs and lone surrogates of JSON become question marks."""
    text = text.replace("\0", "?")
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def _hash(text: str) -> str:
    return hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=8).hexdigest()
