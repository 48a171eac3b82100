"""One record of a table, whichever kind of file it came from."""

from __future__ import annotations

from typing import NamedTuple

REPLACED = "\ufffd"
"""What undecodable bytes become."""

BAD_BYTES = "bytes that are not in the file's encoding: try --encoding"


class Record(NamedTuple):
    """A row of a delimited file or an object of a JSONL file.

    Attributes:
        number: 1-based position among the records of the file (line number in JSONL files).
        cells: As many texts as the header has names.
        extra: What goes beyond the header: surplus cells, or the whole text of an unreadable record.
        raw: The JSON object as it stands in the file; empty for delimited files.
        error: Why the record cannot be read, empty if it can.
        damage: What of it was broken and mended or lost, empty if nothing.
        line: 1-based line of the file that the record begins on; 0 where a file has no lines.
    """

    number: int
    cells: list[str]
    extra: tuple[str, ...] = ()
    raw: str = ""
    error: str = ""
    damage: str = ""
    line: int = 0
