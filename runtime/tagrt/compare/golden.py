"""Golden rows: products with the tags that people agreed on."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from tagrt.errors import ColumnError, InputFileError
from tagrt.tables import find_columns, open_table
from tagrt.tables.columns import header_name
from tagrt.tables.products import ProductReader
from tagrt.types import Product

_TAG = ("tag_id", "tag", "correct_tag")
_ALSO = "also_ok"


class GoldenRow(NamedTuple):
    """A product with its tag.

    Attributes:
        product: The product.
        tags: Acceptable taxonomy ids, the main one first.
    """

    product: Product
    tags: tuple[str, ...]


def read_golden(path: Path, title_only: bool = False) -> list[GoldenRow]:
    """Read golden rows from a table, such as ``tagrt corrections export`` writes.

    Args:
        path: JSONL, CSV, TSV, also .gz: a column of titles (``text``, ``title`` or whatever `tagrt run`
            finds), one of taxonomy ids (``tag`` or ``tag_id``), and where several are right ``also_ok``.
        title_only: Leave brand, description and category out.

    Raises:
        InputFileError: If the file cannot be read, a row is damaged or without tag, or there are no rows.
        ColumnError: If the titles or the tags are not found.
    """
    rows = []
    with open_table(path, all_keys=True) as table:
        try:
            reader = ProductReader(find_columns(table.header, None, table.sample))
        except ColumnError as error:
            raise ColumnError(f"{path}: {error}") from error
        folded = [header_name(name) for name in table.header]
        at = next((folded.index(header_name(name)) for name in _TAG if header_name(name) in folded), None)
        if at is None:
            raise ColumnError(f"{path}: no column of tags (tag or tag_id) among {', '.join(table.header)}")
        also = folded.index(header_name(_ALSO)) if header_name(_ALSO) in folded else None
        for record in table:
            where = f"{path}: line {record.line or record.number}"
            if record.error:
                raise InputFileError(f"{where}: {record.error}")
            product, tag = reader.product(record), record.cells[at].strip()
            if not product.title.strip() or not tag:
                raise InputFileError(f"{where}: a golden row needs a title and a tag: complete or remove it")
            more = record.cells[also].split(",") if also is not None else []
            tags = (tag, *(one.strip() for one in more if one.strip()))
            rows.append(GoldenRow(Product(product.title) if title_only else product, tags))
    if not rows:
        raise InputFileError(f"{path} has no rows: golden rows are what models are judged by")
    return rows
