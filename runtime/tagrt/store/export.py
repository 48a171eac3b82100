"""A store as a table: every product with its columns and its tags."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TextIO

from tagrt.store.store import Store
from tagrt.tables.record import Record
from tagrt.tables.writer import CsvWriter, JsonlWriter, added_names

STATE = (
    "p.tag, p.tag, p.probability, p.best, p.best_probability, p.decision, p.reason, p.note, "
    "ifnull(p.gone, ''), r.model"
)
NAMES = (
    "tag_id", "tag", "probability", "best_id", "best_probability", "decision", "reason", "note", "vanished",
    "model",
)  # fmt: skip
"""The tag stands there twice: an export that is no longer fresh is told from an edited one by the other."""

_PAGE = 1000


def columns(store: Store) -> list[str]:
    """Return the names of all columns that the store's products have, in order of appearance."""
    names: dict[str, None] = {}
    for _, cells, *_ in _rows(store):
        names.update(dict.fromkeys(json.loads(cells)))
    return list(names)


def write_products(store: Store, file: TextIO, jsonl: bool = False) -> int:
    """Write every product with its columns (long cells cut, as the store has them) and its tags.

    Args:
        store: An open store.
        file: Text file without newline translation.
        jsonl: One JSON object a line in the place of CSV.

    Returns:
        The number of products.
    """
    shown = columns(store)
    own = ["store_key"] if shown else ["store_key", "title"]
    header = [*added_names(shown, own).values(), *shown]
    names = list(added_names(header, NAMES).values())
    writer = JsonlWriter(file, header, names) if jsonl else CsvWriter(file, ",", "\n")
    writer.header(header, names)
    count = 0
    for key, kept, title, *state in _rows(store):
        found = json.loads(kept)
        count += 1
        cells = [*(key, title)[: len(own)], *(found.get(name, "") for name in shown)]
        writer.write(Record(count, cells), state)
    return count


def _rows(store: Store) -> Iterator[tuple[str, ...]]:
    last = 0
    while rows := store.query(
        f"SELECT p.id, p.key, p.cells, p.title, {STATE} FROM products p JOIN runs r ON r.id = p.run "
        "WHERE p.id > ? ORDER BY p.id LIMIT ?",
        (last, _PAGE),
    ):
        last = rows[-1][0]
        yield from (row[1:] for row in rows)
