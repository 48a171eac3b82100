"""A policy over a taxonomy: which products it pins, which taggings it hands to a person or cuts."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from tagrt.errors import PolicyError, UsageError
from tagrt.policy.hidden import Hidden
from tagrt.policy.read import Rule, read_policy
from tagrt.policy.words import pattern
from tagrt.taxonomy.names import TagNames
from tagrt.text import normalise
from tagrt.types import Decision, Product, Reason, Tagging

if TYPE_CHECKING:
    from tagrt.taxonomy import Taxonomy
    from tagrt.vocabulary import Vocabulary

_HIDING = "guesses too\n"
"""Sets what words hide today apart from what they hid before, so that stores are gone through once more."""


class Pin(NamedTuple):
    """What a rule decides: a taxonomy id, and the note that is shown with it."""

    tag: str
    note: str


class Policy:
    """A shop's policy.

    Attributes:
        text: The file as it stands.
        origin: Its path, for error messages.
        hidden: What is never shown.
    """

    def __init__(
        self, text: str, origin: str, taxonomy: Taxonomy, vocabulary: Vocabulary | None = None
    ) -> None:
        """Read a policy.

        Args:
            text: Contents of a ``policy.toml``: ``[[rule]]`` with ``title``, ``brand``, ``category`` (a text
                or several, of which one must fit), ``tag`` and ``reason``; ``[[review]]`` with ``tags`` and
                ``reason``; ``[[hide]]`` with ``words`` and ``reason``.
            origin: Path for error messages.
            taxonomy: The tree of the model.
            vocabulary: The shop's own names over it.

        Raises:
            PolicyError: If it is malformed or names unknown tags.
        """
        self.text = text
        self.origin = origin
        rules, reviews, hidden = read_policy(text, origin)
        names = TagNames(taxonomy, vocabulary)
        self._rules = [_Compiled(rule, _found(names, rule.tag, rule.where)) for rule in rules]
        found = [(_found(names, tag, r.where), r.reason) for r in reviews for tag in r.words]
        # A tagging in the shop's words names its own tags alone where a rule or the memory made it.
        own = [(one, why) for tag, why in found for one in (vocabulary.within(tag) if vocabulary else ())]
        self._reviews = [*found, *own]
        self.hidden = Hidden(hidden)

    @classmethod
    def load(cls, path: Path, taxonomy: Taxonomy, vocabulary: Vocabulary | None = None) -> Policy:
        """Read a policy from a file.

        Raises:
            PolicyError: If it cannot be read; see also `Policy`.
        """
        try:
            text = path.read_text(encoding="utf-8-sig")
        except OSError as error:
            raise PolicyError(f"{path}: cannot read the policy: {error.strerror}") from error
        except UnicodeDecodeError as error:
            raise PolicyError(f"{path}: not a file in UTF-8: {error}") from error
        return cls(text, str(path), taxonomy, vocabulary)

    @property
    def digest(self) -> str:
        """A hash of everything that it decides by."""
        told = f"{_HIDING}{self.text}" if self.hidden else self.text
        return hashlib.sha256(told.encode()).hexdigest()[:16]

    def pin(self, product: Product) -> Pin | None:
        """Return what the first rule that fits a product says; None if none fits."""
        if not self._rules or not product.title.strip():
            return None
        title, brand, category = (normalise(t) for t in (product.title, product.brand, product.category))
        return next((rule.pin for rule in self._rules if rule.fits(title, brand, category)), None)

    def judge(self, tagging: Tagging) -> Tagging:
        """Return a tagging with hidden words cut off its paths and, where it must be, left to a person."""
        tags = {tag.id for tag in (*tagging.path, *tagging.guess)}
        tagging = self.hidden.judge(tagging)
        shown = {tag.id for tag in (*tagging.path, *tagging.guess)}
        for tag, reason in self._reviews:
            if tag in shown:
                note = f"{tag}: {reason}"
                return tagging._replace(decision=Decision.REVIEW, reason=Reason.POLICY, note=note)
            if tag in tags and tagging.reason is not Reason.HIDDEN:  # only the guess had it: it is not named
                return tagging._replace(decision=Decision.REVIEW, reason=Reason.POLICY, note=reason)
        return tagging


class _Compiled:
    """A rule ready to be asked."""

    def __init__(self, rule: Rule, tag: str) -> None:
        self.pin = Pin(tag, rule.reason)
        self._title = pattern(rule.title) if rule.title else None
        self._category = pattern(rule.category) if rule.category else None
        self._brands = {normalise(brand) for brand in rule.brand}

    def fits(self, title: str, brand: str, category: str) -> bool:
        return (
            (self._title is None or bool(self._title.search(title)))
            and (self._category is None or bool(self._category.search(category)))
            and (not self._brands or brand in self._brands)
        )


def _found(names: TagNames, tag: str, where: str) -> str:
    try:
        return names.find(tag)
    except UsageError as error:
        raise PolicyError(f"{where}: {error}") from error
