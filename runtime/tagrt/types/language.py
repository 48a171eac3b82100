"""The languages in which tags are shown."""

from __future__ import annotations

from enum import Enum


class Language(str, Enum):
    """English names, Chinese names, or both side by side."""

    EN = "en"
    ZH = "zh"
    BOTH = "both"
