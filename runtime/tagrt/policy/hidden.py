"""Words that a shop never shows: tags whose names have one are cut off wherever tags are shown or written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tagrt.policy.read import Listed, read_policy
from tagrt.policy.words import pattern
from tagrt.text import normalise
from tagrt.types import Decision, Reason, Tag, Tagging

if TYPE_CHECKING:
    from tagrt.store import Store
    from tagrt.taxonomy import Taxonomy

POLICY = "policy"
"""Setting of a store that holds its policy's text and origin."""


class Hidden:
    """Words that are never shown; false where there are none."""

    def __init__(self, listed: Sequence[Listed] = ()) -> None:
        """Take the ``[[hide]]`` entries of a policy."""
        self._words = [(pattern([word]), word, one.reason) for one in listed for word in one.words]
        self._known: dict[tuple[str, str], tuple[str, str] | None] = {}

    @classmethod
    def of_store(cls, store: Store | None) -> Hidden:
        """Return what the policy hides that a store keeps; tags that it names need not be known for that.

        Raises:
            StoreError: If the store cannot be read.
        """
        kept = store.setting(POLICY) if store else None
        return cls(read_policy(kept["text"], kept["origin"])[2] if kept else ())

    def __bool__(self) -> bool:
        """Return whether any word is hidden."""
        return bool(self._words)

    def judge(self, tagging: Tagging) -> Tagging:
        """Return a tagging without hidden tags; one whose decided path is cut is left to a person."""
        if not self._words:
            return tagging
        path, guess = self.cut(tagging.path), self.cut(tagging.guess)
        if len(path) == len(tagging.path):
            return tagging._replace(guess=guess)
        word, reason = self._why(tagging.path[len(path)]) or ("", "")
        return Tagging(path, guess, Decision.REVIEW, Reason.HIDDEN, f"'{word}' is not shown: {reason}")

    def cut(self, path: tuple[Tag, ...]) -> tuple[Tag, ...]:
        """Return a path down to the last tag above the first one that is hidden."""
        if not self._words:
            return path
        return path[: next((level for level, tag in enumerate(path) if self._why(tag)), len(path))]

    def among(self, paths: Sequence[tuple[Tag, ...]]) -> list[tuple[Tag, ...]]:
        """Return paths as `cut` leaves them, each once; where nothing is hidden, all as they are."""
        if not self._words:
            return list(paths)
        found: dict[str, tuple[Tag, ...]] = {}
        for path in map(self.cut, paths):
            if path:
                found.setdefault(path[-1].id, path)
        return list(found.values())

    def tags(self, taxonomy: Taxonomy) -> dict[str, str]:
        """Return the hidden tags of a tree, each with the one above that is shown instead, or nothing."""
        found = {}
        for node, tag in enumerate(taxonomy.ids) if self._words else ():
            path = tuple(
                Tag(taxonomy.ids[n], taxonomy.en[n], taxonomy.zh[n], 1.0) for n in taxonomy.path(node)
            )
            cut = self.cut(path)
            if len(cut) < len(path):
                found[tag] = cut[-1].id if cut else ""
        return found

    def _why(self, tag: Tag) -> tuple[str, str] | None:
        """Return which of the words a tag's names have, and the reason; None if it may be shown."""
        names = (tag.en, tag.zh)
        if names not in self._known:
            text = "\n".join(map(normalise, names))
            told = ((word, reason) for found, word, reason in self._words if found.search(text))
            self._known[names] = next(told, None)
        return self._known[names]
