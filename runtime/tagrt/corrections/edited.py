"""Corrections from a table that a person edited by hand: what was meant, and where that is not clear."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from tagrt.errors import ColumnError, UsageError
from tagrt.store import Store, content_hash, product_key
from tagrt.store.change import Known
from tagrt.store.changes import known_products
from tagrt.store.keys import storable
from tagrt.tables import ColumnNames, find_columns, open_table
from tagrt.tables.columns import header_name
from tagrt.tables.format import Format
from tagrt.tables.products import ProductReader
from tagrt.tables.reader import Table
from tagrt.tables.record import Record
from tagrt.taxonomy.names import TagNames
from tagrt.types import Decision, Product
from tagrt.vocabulary.overlay import PREFIX

ASKED = "correct_tag"
"""Column that files for people to fill have; what is in it is meant."""

STORE_KEY = "store_key"
"""Column that holds a product's key as the store has it, where a file was written from a store."""

_ASKED = (ASKED, "correct tag", "correction", "new tag", "right tag", "正确标签", "正确类别", "更正")
_SHOWN = ("tag_id", "tag", "tag_path")
"""Columns that a run wrote; a person may have edited one of them."""

_STORED = re.compile("key:|gtin:|title:")
"""Begins every key of a store; a column that is called like ours may be the shop's own."""

_PAGE = 1000


class Conflict(NamedTuple):
    """A cell that cannot be taken as it is.

    Attributes:
        row: 1-based number of the row in a spreadsheet, the header being row 1.
        column: Name of the column.
        value: The cell.
        why: What is wrong, and what to do.
    """

    row: int
    column: str
    value: str
    why: str


class _Meant(NamedTuple):
    """What a row says."""

    row: int
    column: str
    value: str
    known: Known
    tag: str


@dataclass(slots=True)
class Outcome:
    """What came of a file of corrections.

    Attributes:
        rows: Rows of the file.
        made: Corrections made.
        standing: Rows whose tag a person has decided on already.
        untouched: Rows in which nothing was edited.
        conflicts: Cells that need another look; nothing was done about them.
    """

    rows: int = 0
    made: int = 0
    standing: int = 0
    untouched: int = 0
    conflicts: list[Conflict] = field(default_factory=list)


def correct_from(
    source: Path,
    store: Store,
    names: TagNames,
    who: str,
    *,
    why: str = "",
    columns: ColumnNames | None = None,
    tag_column: str | None = None,
    overwrite: bool = False,
    dry_run: bool = False,
    encoding: str | None = None,
    delimiter: str | None = None,
) -> Outcome:
    """Make the corrections of an edited table, in one transaction.

    The tag is taken from the column `tag_column`, or from one called ``correct_tag``; else from the columns
    ``tag_id``, ``tag`` and ``tag_path`` that a run wrote, where one of them was edited.

    Args:
        source: The table.
        store: The store its products are in.
        names: Knows what tags are called.
        who: Who decided.
        why: A remark that is kept with each decision.
        columns: Columns of title, key and barcode that the caller named.
        tag_column: Column of the tag that the caller named.
        overwrite: Whether the file stands above what another person decided.
        dry_run: Only say what would be done.
        encoding: Encoding of the file.
        delimiter: Delimiter of the file.

    Returns:
        What was done, with the cells that were left alone.

    Raises:
        TagrtError: If the file cannot be read or has no column of tags.
    """
    outcome = Outcome()
    with open_table(source, encoding=encoding, delimiter=delimiter, all_keys=True) as table:
        reader = _Reader(source, table, columns, tag_column, store, names)
        meant = list(_without_contradictions(reader.rows(outcome), outcome))
    with store.transaction():
        # Read again: another person may have decided while the table was read.
        now = known_products(store, [found.known.key for found in meant])
        standing = {row[0] for row in store.query("SELECT product FROM corrections WHERE ended IS NULL")}
        for found in (one._replace(known=now[one.known.key]) for one in meant):
            if (found.tag, Decision.HUMAN.value) == (found.known.tag, found.known.decision):
                outcome.standing += 1
            elif found.known.id in standing and not (overwrite or _answers(found)):
                outcome.conflicts.append(_decided_otherwise(found, store))
            else:
                outcome.made += 1
                if not dry_run:
                    store.correct(found.known.key, found.tag, who, note=_note(source, found, why))
    outcome.conflicts.sort()
    return outcome


class _Reader:
    """Rows of an edited table, read by what the store knows of their products."""

    def __init__(
        self,
        source: Path,
        table: Table,
        columns: ColumnNames | None,
        tag_column: str | None,
        store: Store,
        names: TagNames,
    ) -> None:
        self._table = table
        self._store = store
        self._names = names
        # Beside a shop's own column of that name ours has a longer one.
        keys = _places(table.header, STORE_KEY)
        self._key = max(keys, key=lambda at: len(table.header[at].strip()), default=None)
        try:
            self._products = ProductReader(find_columns(table.header, columns, table.sample))
            self._asked, self._shown = _tag_columns(table.header, tag_column)
        except ColumnError as error:
            raise ColumnError(f"{source}: {error}") from error

    def rows(self, outcome: Outcome) -> Iterator[_Meant]:
        """Give what every edited row means; conflicts go into the outcome."""
        page: list[tuple[int, Record, Product]] = []
        for record in self._table:
            outcome.rows += 1
            row = record.number + 1 if self._table.format is Format.CSV else record.line or record.number
            if record.error:
                outcome.conflicts.append(Conflict(row, "", record.error, "the row cannot be read"))
                continue
            page.append((row, record, self._products.product(record)))
            if len(page) >= _PAGE:
                yield from self._page(page, outcome)
                page = []
        yield from self._page(page, outcome)

    def _page(self, page: Sequence[tuple[int, Record, Product]], outcome: Outcome) -> Iterator[_Meant]:
        keys = [self._keys(record, product) for _, record, product in page]
        known = known_products(self._store, {key for three in keys for key in three})
        for (row, record, _), (told, twin, key) in zip(page, keys, strict=True):
            other = known.get(twin) or known.get(key)
            found = known.get(told) if told else other
            meant = self._read(row, record, found, outcome)
            if meant and told and other and other.id != meant.known.id and not _same_key(told, key):
                why = (
                    f"that product is not the one of the row's other columns ({other.key}): mend one of them"
                )
                outcome.conflicts.append(Conflict(row, self._table.header[self._key or 0], told, why))
            elif meant:
                yield meant

    def _keys(self, record: Record, product: Product) -> tuple[str, str, str]:
        """Return the store's key as the row has it, empty for none; then its own ones, the likelier first."""
        cell = "" if self._key is None else storable(record.cells[self._key].strip())
        key = product_key(product)
        return cell if _STORED.match(cell) else "", f"{key}#{content_hash(product)}", key

    def _read(self, row: int, record: Record, known: Known | None, outcome: Outcome) -> _Meant | None:
        if known and self._read_before(record, known):
            outcome.standing += 1
            return None
        edited = self._edited(record, known)
        if edited is None:
            outcome.untouched += 1
            return None
        at, value = edited
        column = self._table.header[at]
        if known is None:
            why = (
                "its product is not in the store: has the spreadsheet cut zeros or digits off its key? Else "
                "tag the file first with  tagrt update"
            )
            outcome.conflicts.append(Conflict(row, column, value, why))
            return None
        try:
            tag = self._tag(record, at, value, known)
        except UsageError as error:
            outcome.conflicts.append(Conflict(row, column, value, str(error)))
            return None
        if (
            self._asked is None
            and known.tag.startswith(PREFIX)
            and self._names.meaning(known.tag) == known.tag
        ):
            why = f"the store has {known.tag}, a tag of a vocabulary: give it with --vocabulary"
            outcome.conflicts.append(Conflict(row, column, value, why))
            return None
        if (tag, Decision.HUMAN.value) == (known.tag, known.decision):
            outcome.standing += 1
            return None
        return _Meant(row, column, value, known, tag)

    def _edited(self, record: Record, known: Known | None) -> tuple[int, str] | None:
        """Return position and text of the cell that says the tag; None if no one touched it."""
        if self._asked is not None:
            value = record.cells[self._asked].strip()
            return (self._asked, value) if value else None
        filled = [(at, record.cells[at].strip()) for at in self._shown if record.cells[at].strip()]
        if not filled:
            return None
        now = self._now(known)
        return next(((at, value) for at, value in filled if self._id(value, known) != now), None)

    def _read_before(self, record: Record, known: Known) -> bool:
        """Whether a row's edit is in the store already: what differs from it is what the model had said.

        Else the cells that no one touched would count as edited when a file is read a second time.
        """
        if self._asked is not None or known.decision != Decision.HUMAN.value:
            return False
        now = self._now(known)
        ids = [self._id(cell, known) for at in self._shown if (cell := record.cells[at].strip())]
        others = {one for one in ids if one != now}
        untouched = len(others) == 1 and f"{known.best}/".startswith(f"{next(iter(others))}/")
        return untouched and 0 < ids.count(now) <= len(ids) - ids.count(now)

    def _tag(self, record: Record, at: int, value: str, known: Known) -> str:
        """Return the tag that a cell means.

        Raises:
            UsageError: If none or several are called so, or the row's other cells speak against it.
        """
        tag, now = self._names.find(value, near=known.best), self._now(known)
        others = (
            [record.cells[one].strip() for one in self._shown if one != at] if self._asked is None else []
        )
        ids = [self._id(other, known) for other in others if other]
        different = [one for one in ids if one not in (tag, now)]
        if different:
            raise UsageError(
                f"another cell of the row says {different[0]}: edit only one of them, or both alike"
            )
        if now and ids and now not in ids:
            raise UsageError(
                f"the store has '{now}' by now, and the whole row says otherwise: if a person means it, "
                f"put it into a column {ASKED}"
            )
        return tag

    def _now(self, known: Known | None) -> str:
        """Return what the store's tag of a product means; empty if it has none."""
        return self._id(known.tag, known) if known and known.tag else ""

    def _id(self, value: str, known: Known | None) -> str:
        """Return what a cell means that no one may have edited: of several tags of a name the store's."""
        if known is None:
            return self._names.meaning(value)
        return self._names.meaning(value, known.best if known.tag.startswith(PREFIX) else known.tag)


def _tag_columns(header: Sequence[str], chosen: str | None) -> tuple[int | None, list[int]]:
    """Return the column that people fill, and those that a run wrote.

    Raises:
        ColumnError: If there is none.
    """
    if chosen is not None:
        if chosen not in header:
            raise ColumnError(f"no column '{chosen}' among {', '.join(header)}: name it with --tag-column")
        return list(header).index(chosen), []
    folded = [header_name(name) for name in header]
    asked = next((folded.index(name) for name in map(header_name, _ASKED) if name in folded), None)
    shown = [places[-1] for name in _SHOWN if (places := _places(header, name))]
    if asked is None and not shown:
        raise ColumnError(
            f"no column {ASKED} or tag among {', '.join(header)}: say which it is with --tag-column NAME"
        )
    return asked, shown


def _same_key(told: str, key: str) -> bool:
    """Whether a key of the store is a key or that of one of its twins."""
    return told == key or told.startswith(f"{key}#")


def _places(header: Sequence[str], name: str) -> list[int]:
    """Return where a column that a run wrote may be; beside one of that name it is called otherwise."""
    pattern = re.compile(rf"{name}(_tagrt(_\d+)?)?")
    return [at for at, found in enumerate(header) if pattern.fullmatch(found.strip().casefold())]


def _without_contradictions(rows: Iterator[_Meant], outcome: Outcome) -> Iterator[_Meant]:
    """Leave out rows that say two things of one product."""
    by_product: dict[int, list[_Meant]] = {}
    for row in rows:
        by_product.setdefault(row.known.id, []).append(row)
    for same in by_product.values():
        if len({row.tag for row in same}) == 1:
            yield same[0]
            continue
        told = ", ".join(f"row {row.row}: {row.tag}" for row in same)
        why = f"the file says several things of this product ({told}): keep one"
        outcome.conflicts += [Conflict(row.row, row.column, row.value, why) for row in same]


def _answers(found: _Meant) -> bool:
    """Whether a person was asked again, since the text had changed, and answered in the column for that."""
    asked = header_name(found.column) in map(header_name, _ASKED)
    return found.known.decision == Decision.REVIEW.value and (asked or found.tag == found.known.tag)


def _note(source: Path, found: _Meant, why: str) -> str:
    row = f"{source.name}, row {found.row}"
    return f"{why} ({row})" if why else row


def _decided_otherwise(found: _Meant, store: Store) -> Conflict:
    who, at = store.query(
        "SELECT who, at FROM corrections WHERE product = ? AND ended IS NULL", (found.known.id,)
    )[0]
    why = f"{who} decided on {found.known.tag} at {at[:16]}Z: --overwrite takes the file's"
    return Conflict(found.row, found.column, found.value, why)
