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
    """Why a tagging needs review, or what else than the model decided it; `NONE` where neither is so."""

    NONE = ""
    EMPTY_TITLE = "empty_title"
    LOW_CONFIDENCE = "low_confidence"
    TOO_BROAD = "too_broad"
    UNREADABLE = "unreadable"
    DAMAGED = "damaged"
    CHANGED = "changed"
    """A person decided on the product, but its text has changed since."""
    MEMORY = "memory"
    """A person corrected a product that is nearly the same; this one takes its tag."""
    RULE = "rule"
    """A rule of the shop's policy set the tag before the model was asked."""
    POLICY = "policy"
    """The shop's policy leaves products of this tag to a person."""
    HIDDEN = "hidden"
    """The tag's name has a word that the shop's policy never shows; the tag above it stands."""

    def __str__(self) -> str:
        """Return the value written to files."""
        return self.value


OVERRIDES = frozenset({Reason.MEMORY, Reason.RULE, Reason.POLICY, Reason.HIDDEN})
"""Reasons that say: not the model alone decided this."""
