"""A product: what one row of a catalogue says, before anything is decided about it."""

from __future__ import annotations

from typing import NamedTuple


class Product(NamedTuple):
    """One row of a catalogue.

    Attributes:
        title: The product's name as the shop wrote it.
        brand: Maker or brand, empty if unknown.
        description: Free text, HTML allowed, empty if unknown.
        category: The shop's own category text, empty if unknown.
        key: The shop's own key (SKU, handle), empty if unknown.
        gtin: Barcode (EAN, UPC, GTIN) as text, leading zeros kept, empty if unknown.
    """

    title: str
    brand: str = ""
    description: str = ""
    category: str = ""
    key: str = ""
    gtin: str = ""
