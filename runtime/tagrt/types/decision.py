"""Who decides on a tagging, and why a person has to look."""

from __future__ import annotations

from enum import Enum


class Decision(str, Enum):
    """What may happen to a tagging without a person."""

    AUTO = "auto"
    REVIEW = "review"
    HUMAN = "human"

    def __str__(self) -> str:
        """Return the value written to files."""
        return self.value


class Reason(str, Enum):
    """Why a tagging needs review; `NONE` where it does not."""

    NONE = ""
    EMPTY_TITLE = "empty_title"
    LOW_CONFIDENCE = "low_confidence"
    TOO_BROAD = "too_broad"
    UNREADABLE = "unreadable"
    DAMAGED = "damaged"
    CHANGED = "changed"
    """A person decided on the product, but its text has changed since."""

    def __str__(self) -> str:
        """Return the value written to files."""
        return self.value
