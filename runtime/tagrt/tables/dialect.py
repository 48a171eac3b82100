"""Which delimiter a text table uses, judged from its header and first rows."""

from __future__ import annotations

from itertools import islice

from tagrt.errors import UsageError
from tagrt.tables.delimited import read_rows

DELIMITERS = (",", "\t", ";", "|")
"""Candidates; an earlier one wins a tie."""

_NAMES = {"tab": "\t", "\\t": "\t", "comma": ",", "semicolon": ";", "pipe": "|"}
_ROWS = 50


def named_delimiter(name: str) -> str:
    """Return the delimiter that the caller chose.

    Args:
        name: One character, or ``tab``, ``comma``, ``semicolon``, ``pipe``.

    Returns:
        The one character.

    Raises:
        UsageError: If it is not one character, or one that cannot delimit.
    """
    delimiter = _NAMES.get(name.lower(), name)
    if len(delimiter) != 1 or delimiter in '"\r\n\0':
        raise UsageError(f"'{name}' is no delimiter: use --delimiter ',' or ';' or '|' or tab")
    return delimiter


def detect_delimiter(sample: str) -> str:
    """Judge the delimiter by how evenly it cuts the header and the first rows.

    Quoted cells are respected, so a comma within quotes counts for nothing.

    Args:
        sample: The beginning of the text; its last row may be cut.

    Returns:
        One of `DELIMITERS`; a comma if the table has one column and no row speaks against it.
    """
    lines = sample.splitlines(keepends=True)
    if len(lines) > 2:
        lines = lines[:-1]
    return max(DELIMITERS, key=lambda delimiter: _evenness(lines, delimiter))


def _evenness(lines: list[str], delimiter: str) -> tuple[bool, float, int]:
    rows = (row.cells for row in read_rows(lines, delimiter))
    widths = [len(cells) for cells in islice(filter(None, rows), _ROWS)]
    if not widths:
        return False, 0.0, 0
    header = widths[0]
    share = sum(width == header for width in widths) / len(widths)
    return header > 1, round(share, 1), header
