"""The one normalisation that training and runtime share; its version travels in every manifest."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from pathlib import Path

NORMALISATION_VERSION = 1
"""Raise this whenever `normalise` changes its output for any text."""

_CONTROL_OR_SPACE = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060\ufeff\ufffd]+")

_UNIT_NAMES = {
    "毫升": "ml", "milliliters": "ml", "millilitres": "ml",
    "公升": "l", "升": "l", "liters": "l", "litres": "l", "liter": "l", "litre": "l", "ltr": "l",
    "毫克": "mg", "公斤": "kg", "千克": "kg", "kgs": "kg", "kilograms": "kg", "克": "g",
    "grams": "g", "gram": "g", "gms": "g", "gm": "g",
    "毫米": "mm", "厘米": "cm", "公分": "cm", "英寸": "inch", "inches": "inch", "吋": "inch", "寸": "inch",
    "ounces": "oz", "ounce": "oz", "pounds": "lb", "pound": "lb", "lbs": "lb",
}  # fmt: skip
_PLAIN_UNITS = ("ml", "l", "mg", "kg", "g", "mm", "cm", "inch", "oz", "lb")
_UNIT_WORDS = sorted([*_UNIT_NAMES, *_PLAIN_UNITS], key=len, reverse=True)
_UNIT = re.compile(rf"(?<=\d) ?({'|'.join(_UNIT_WORDS)})(?![a-z级拉])")
_DIGIT = re.compile(r"\d")


@lru_cache(maxsize=1)
def traditional_to_simplified() -> dict[int, str]:
    """Return the character table (OpenCC `TSCharacters`, Apache-2.0) for `str.translate`."""
    traditional, simplified = Path(__file__).with_name("t2s.txt").read_text(encoding="utf-8").splitlines()
    return {ord(t): s for t, s in zip(traditional, simplified, strict=True)}


def normalise(text: str) -> str:
    """Bring a text to the form the model was trained on.

    NFKC (which folds full-width forms), lower case, traditional to simplified Chinese, control and
    zero-width characters and runs of white space to one space, and units after a number to one
    spelling (``500 毫升`` -> ``500ml``).

    Args:
        text: Any string, empty ones and lone surrogates included.

    Returns:
        The normalised text; normalising it again changes nothing.
    """
    text = text.lower() if text.isascii() else _fold_unicode(text)
    text = _CONTROL_OR_SPACE.sub(" ", text).strip()
    if _DIGIT.search(text):
        text = _UNIT.sub(_unit, text)
    return text


def _fold_unicode(text: str) -> str:
    text = text.encode("utf-8", "replace").decode("utf-8")
    folded = unicodedata.normalize("NFKC", text).lower()
    folded = unicodedata.normalize("NFKC", folded)
    return folded.translate(traditional_to_simplified())


def _unit(match: re.Match[str]) -> str:
    unit = match.group(1)
    return _UNIT_NAMES.get(unit, unit)
