"""Objects of a JSONL file: their keys, and their values as text."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence

from tagrt.tables.record import BAD_BYTES, REPLACED, Record


def read_objects(lines: Iterable[str]) -> Iterator[tuple[int, str, dict[str, object] | None, str]]:
    """Parse one JSON object a line; blank lines are passed over.

    Numbers with a fraction stay text, so that a price of 1.10 is not turned into 1.1.

    Args:
        lines: Lines of the file.

    Yields:
        Line number, the stripped line, the object or None, and why there is none.
    """
    for number, line in enumerate(lines, start=1):
        raw = line.strip()
        if not raw:
            continue
        try:
            value = json.loads(raw, parse_float=str)
        except (ValueError, RecursionError) as error:
            yield number, raw, None, f"not valid JSON ({error})"
            continue
        if isinstance(value, dict):
            yield number, raw, value, ""
        else:
            yield number, raw, None, "not a JSON object"


def read_records(lines: Iterable[str], header: Sequence[str]) -> Iterator[Record]:
    """Read records whose cells follow the header; unreadable lines become records with an error."""
    for number, raw, fields, error in read_objects(lines):
        if fields is None:
            yield Record(number, [""] * len(header), (raw,), error=error, line=number)
        else:
            damage = BAD_BYTES if REPLACED in raw else ""
            cells = [cell_text(fields.get(key)) for key in header]
            yield Record(number, cells, raw=raw, damage=damage, line=number)


def keys_of(lines: Iterable[str], limit: int | None = None) -> list[str]:
    """Return the keys of the objects in order of appearance.

    Args:
        lines: Lines of the file.
        limit: Look at no more than so many lines.

    Returns:
        Each key once.
    """
    keys: dict[str, None] = {}
    for number, _, fields, _ in read_objects(lines):
        if limit is not None and number > limit:
            break
        keys.update(dict.fromkeys(fields or ()))
    return list(keys)


def cell_text(value: object) -> str:
    """Return a JSON value as the text of a cell; null is empty, nested values are JSON."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return ", ".join(value)
    return json.dumps(value, ensure_ascii=False)
