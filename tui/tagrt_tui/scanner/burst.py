"""Characters in fast succession, and whether a scanner or a person typed them; no terminal in here."""

from __future__ import annotations

import re
from dataclasses import dataclass

GAP = 0.1
"""Seconds; characters of a scanner are less than that apart."""

SHORTEST = 6
"""Characters of the shortest code that is taken for a scan."""

LONGEST = 512
"""Characters of the longest; a key that is held down goes on for ever."""

_LABEL = re.compile(r"[!-~\x1d]+")
_BARCODE = re.compile(r"(?:\][A-Za-z][0-9])?(?:[0-9]{8}|[0-9]{12,14})")
_ELEMENTS = re.compile(
    r"\][A-Za-z][0-9].{8,}|\([0-9]{2,4}\).{4,}|\x1d?01[0-9]{14}.*|https?://.*/01/[0-9]{8,14}.*"
)


@dataclass
class Burst:
    """What has come so far without a pause.

    Attributes:
        gap: Seconds that end it.
        text: Its characters.
        last: When the last of them came, in seconds.
    """

    gap: float = GAP
    text: str = ""
    last: float = 0.0

    def goes_on(self, at: float) -> bool:
        """Return whether a key at this time still belongs to it."""
        return bool(self.text) and at - self.last < self.gap

    def add(self, character: str, at: float) -> None:
        """Take a character that belongs to it, or begins it."""
        self.text += character
        self.last = at

    def clear(self) -> None:
        """Begin anew."""
        self.text = ""

    @property
    def too_long(self) -> bool:
        """Whether no scanner sends as much."""
        return len(self.text) > LONGEST


def is_scan(text: str, in_field: bool) -> bool:
    """Return whether a burst that a fast Enter or Tab ended came from a scanner.

    In a field, where people type words, only what is written like a barcode is taken for one: a terminal far
    away may pass on at once what was typed in a second. Elsewhere, a shop's own labels are too.

    Args:
        text: The characters of the burst.
        in_field: Whether they went into a text field.
    """
    if _BARCODE.fullmatch(text) or _ELEMENTS.fullmatch(text):
        return True
    held_down = len(set(text)) == 1
    label = _LABEL.fullmatch(text) and len(text) >= SHORTEST and any(c.isdigit() for c in text)
    return bool(label) and not in_field and not held_down
