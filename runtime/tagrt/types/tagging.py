"""A tagging: the model's raw best guess and the decided path, kept apart."""

from __future__ import annotations

from typing import NamedTuple

from tagrt.types.decision import Decision, Reason
from tagrt.types.language import Language

REST = "*"
"""Last part of the id of a rest: the leaf of what is below its parent and under no other child of it.

A tag that was a leaf and got children later has one, so that its products need not fall to one of these. It
is scored as any leaf and never shown: where it is the likeliest, its parent is the best guess.
"""


class Tag(NamedTuple):
    """A taxonomy node with the probability that the product belongs below it.

    Attributes:
        id: Taxonomy id, a slug path such as ``electronics/audio``.
        en: English name.
        zh: Chinese name.
        probability: Mass of all leaves below the node, 0 to 1.
    """

    id: str
    en: str
    zh: str
    probability: float

    def name(self, language: Language = Language.EN) -> str:
        """Return the tag's name in a language, also given as text; ``both`` gives ``en / zh``."""
        if language is Language.EN:
            return self.en
        language = Language(language)
        if language is Language.BOTH and self.en != self.zh:
            return f"{self.en} / {self.zh}"
        return self.zh if language is Language.ZH else self.en


class Tagging(NamedTuple):
    """What the tagger says about one product.

    Attributes:
        path: The decided tags from root to the deepest sure node; empty if not even the root is sure.
        guess: The model's best path down to a leaf, whatever its probability.
        decision: `Decision.AUTO` if the path may be used as it is, else `Decision.REVIEW`.
        reason: Why review is needed, or what else than the model decided.
        note: Which rule or corrected product that was; empty for the model alone.
    """

    path: tuple[Tag, ...]
    guess: tuple[Tag, ...]
    decision: Decision
    reason: Reason = Reason.NONE
    note: str = ""

    @property
    def tag(self) -> Tag | None:
        """The decided tag: the deepest node of `path`, or None."""
        return self.path[-1] if self.path else None

    @property
    def best(self) -> Tag | None:
        """The deepest best guess, before back-off; None for a product without text."""
        return self.guess[-1] if self.guess else None

    def path_text(self, language: Language = Language.EN, separator: str = " > ") -> str:
        """Return the decided path as one line, such as ``Food > Bakery > Cookies``."""
        return separator.join([tag.name(language) for tag in self.path])
