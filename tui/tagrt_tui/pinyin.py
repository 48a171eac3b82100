"""Pinyin of Chinese tag names, whole and as initials, for searching."""

from __future__ import annotations

from pypinyin import Style, lazy_pinyin


def spellings(name: str) -> tuple[str, ...]:
    """Return `cha ye`, `chaye` and `cy` for 茶叶."""
    syllables = lazy_pinyin(name)
    initials = "".join(lazy_pinyin(name, style=Style.FIRST_LETTER))
    return (" ".join(syllables), "".join(syllables), initials)
