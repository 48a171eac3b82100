"""Which columns of a table hold a product's fields."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, fields
from difflib import get_close_matches

from tagrt.errors import ColumnError
from tagrt.tables.headers import DIALECTS, FIELDS, GENERIC, Aliases, Dialect
from tagrt.tables.record import Record
from tagrt.text import normalise

_DECORATION = re.compile(
    r"^[*\s【]+|[*:\s】]+$|[(\[](?:必填|选填|required|optional|中文|英文|zh|en|cn)[)\]]", re.IGNORECASE
)
_SEPARATORS = re.compile(r"[\s_-]+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_HANZI_GAP = re.compile(r"(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])")
_SHOWN = 30
_ENOUGH_LETTERS = 6
_NEAR_BEST = 0.7
NO_COLUMN = "-"
"""As a name: the table has no such column, whatever its headers say."""


@dataclass(frozen=True, slots=True)
class ColumnNames:
    """Columns as the caller names them: by header or number from 1; None is 'find it', `NO_COLUMN` 'none'."""

    title: str | None = None
    brand: str | None = None
    description: str | None = None
    category: str | None = None
    key: str | None = None
    gtin: str | None = None


@dataclass(frozen=True, slots=True)
class Columns:
    """Positions of the columns that are read; None where the table has no such column.

    Attributes:
        title: The product's name.
        brand: Maker or brand.
        description: Free text.
        category: The shop's own category.
        key: The shop's own key.
        gtin: Barcode.
        group: Ties the rows of one product together (the handle of Shopify exports).
        dialect: The system that the headers gave away, ``generic`` if none did.
    """

    title: int
    brand: int | None = None
    description: int | None = None
    category: int | None = None
    key: int | None = None
    gtin: int | None = None
    group: int | None = None
    dialect: str = "generic"

    def described(self, header: Sequence[str]) -> dict[str, str]:
        """Return the header name of every field that has a column."""
        positions = {field: getattr(self, field) for field in FIELDS}
        return {field: header[at] for field, at in positions.items() if at is not None}


def find_columns(
    header: Sequence[str],
    names: ColumnNames | None = None,
    sample: Sequence[Record] = (),
    headed: bool = True,
) -> Columns:
    """Find the columns by known header names; the caller's own choice goes first.

    Of several columns that fit a field, the first with anything in it is taken.

    Args:
        header: Names of the columns as the file has them, duplicates allowed.
        names: Columns the caller chose.
        sample: Some records, to pass over empty columns.
        headed: Whether the header is the file's own; a column of different short texts is else the title.

    Returns:
        The columns.

    Raises:
        ColumnError: If a named column or any title column is missing.
    """
    folded = [header_name(name) for name in header]
    dialect = _recognise(folded)
    aliases = dialect.aliases if dialect else GENERIC
    names = names or ColumnNames()
    found = _named(header, folded, names)
    for field in FIELDS:
        if field not in found and getattr(names, field) != NO_COLUMN:
            position = _first_filled(_matches(folded, aliases, field), sample, set(found.values()))
            found.update({} if position is None else {field: position})
    if not headed and "title" not in found and names.title != NO_COLUMN:
        found.update(_wordy(sample, set(found.values())))
    if "title" not in found:
        advice = ", or --no-header if these are cells of a product" if headed else ""
        raise ColumnError(
            f"no title column among {_listed(header)}: say which it is with --title NAME (or its number)"
            f"{advice}",
            "column.title",
        )
    group = folded.index(dialect.group) if dialect and dialect.group else None
    return Columns(**found, group=group, dialect=dialect.name if dialect else "generic")


def header_name(name: str) -> str:
    """Fold a header for comparison: case, width, script, separators and 'required' marks go."""
    words = _SEPARATORS.sub(" ", normalise(_CAMEL.sub(" ", name)))
    return _HANZI_GAP.sub("", _DECORATION.sub("", words)).strip()


def _recognise(folded: Sequence[str]) -> Dialect | None:
    present = frozenset(folded)
    fits = (dialect for dialect in DIALECTS if any(known <= present for known in dialect.signatures))
    return next(fits, None)


def _matches(folded: Sequence[str], aliases: Aliases, field: str) -> list[int]:
    return [at for alias in aliases[field] for at, name in enumerate(folded) if name == alias]


def _first_filled(positions: Sequence[int], sample: Sequence[Record], taken: set[int]) -> int | None:
    free = [at for at in positions if at not in taken]
    filled = (at for at in free if any(record.cells[at].strip() for record in sample))
    return next(filled, free[0] if free else None)


def _wordy(sample: Sequence[Record], taken: set[int]) -> dict[str, int]:
    """Return the first column of different short texts as the title; none without letters.

    Prices and codes have few letters; brands and categories come again. A description is as different as a
    title, and stands behind it.
    """
    columns = list(zip(*(record.cells for record in sample), strict=True))
    worth = [
        sum(min(_letters(cell), _ENOUGH_LETTERS) for cell in cells) * len(set(cells)) for cells in columns
    ]
    least = _NEAR_BEST * max((w for at, w in enumerate(worth) if at not in taken), default=0)
    first = next((at for at, w in enumerate(worth) if at not in taken and w and w >= least), None)
    return {} if first is None else {"title": first}


def _letters(cell: str) -> int:
    """Return how many different letters a cell has; a Chinese one says as much as two."""
    return sum(1 + (letter >= "\u3400") for letter in set(filter(str.isalpha, cell)))


def _named(header: Sequence[str], folded: Sequence[str], names: ColumnNames) -> dict[str, int]:
    chosen = {field.name: getattr(names, field.name) for field in fields(names)}
    return {
        field: _position(header, folded, name, field)
        for field, name in chosen.items()
        if name and (name != NO_COLUMN or name in header)
    }


def _position(header: Sequence[str], folded: Sequence[str], name: str, field: str) -> int:
    if name in header:
        return list(header).index(name)
    if (wanted := header_name(name)) in folded:
        return list(folded).index(wanted)
    if name.isdecimal() and 1 <= int(name) <= len(header):
        return int(name) - 1
    close = get_close_matches(wanted, folded, n=1, cutoff=0.5)
    hint = f", did you mean --{field} '{header[list(folded).index(close[0])].strip()}'?" if close else ""
    raise ColumnError(f"no column '{name}' among {_listed(header)}{hint}", "column.missing", name=name)


def _listed(header: Sequence[str]) -> str:
    shown = ", ".join(f"'{' '.join(name.split())[:60]}'" for name in header[:_SHOWN])
    return f"{shown} and {len(header) - _SHOWN} more" if len(header) > _SHOWN else shown or "none"
