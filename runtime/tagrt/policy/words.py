"""Finding a shop's words in normalised texts."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tagrt.text import normalise


def pattern(texts: Sequence[str]) -> re.Pattern[str]:
    """Return what finds one of several texts; Latin words as whole words only."""
    return re.compile("|".join(_whole(normalise(text)) for text in texts))


def _whole(text: str) -> str:
    before = r"(?<![a-z0-9])" if text[:1].isascii() and text[:1].isalnum() else ""
    after = r"(?![a-z0-9])" if text[-1:].isascii() and text[-1:].isalnum() else ""
    return f"{before}{re.escape(text)}{after}"
