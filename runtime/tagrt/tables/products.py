"""From records to products; rows that only add a variant or an image inherit their product's title."""

from __future__ import annotations

from tagrt.tables.columns import Columns
from tagrt.tables.record import Record
from tagrt.types import Product


class ProductReader:
    """Reads products off the records of one table, in order."""

    def __init__(self, columns: Columns) -> None:
        """Remember where the fields are."""
        self._columns = columns
        self._group = ""
        self._first: Product | None = None

    def product(self, record: Record) -> Product:
        """Return the product of the next record."""
        at, cells = self._columns, record.cells
        product = Product(
            title=cells[at.title],
            brand=_cell(cells, at.brand),
            description=_cell(cells, at.description),
            category=_cell(cells, at.category),
            key=_cell(cells, at.key),
            gtin=_cell(cells, at.gtin),
        )
        return product if at.group is None else self._inherit(product, cells[at.group])

    def _inherit(self, product: Product, group: str) -> Product:
        if product.title.strip():
            self._group, self._first = group, product
        elif self._first and group and group == self._group:
            return self._first._replace(key=product.key, gtin=product.gtin)
        return product


def _cell(cells: list[str], position: int | None) -> str:
    return "" if position is None else cells[position]
