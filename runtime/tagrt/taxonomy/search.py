"""Finding a tag as people type it: English, Chinese, pinyin and its initials, and slips of the keys."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, NamedTuple

from tagrt.text import normalise

if TYPE_CHECKING:
    from tagrt.taxonomy.tree import Taxonomy

Spellings = Callable[[str], Iterable[str]]
"""Gives further ways to type a Chinese name, such as its pinyin and the initials of that."""

MOST_INITIALS = 4
"""Letters that may stand apart in a name, as those of an abbreviation do."""

LEAST_LIKENESS = 0.7
"""Of a mistyped query to a name (ratio of `difflib`)."""


class _Entry(NamedTuple):
    node: int
    depth: int
    names: tuple[str, ...]


class TagSearch:
    """All tags of a tree by everything they may be called."""

    def __init__(self, taxonomy: Taxonomy, spellings: Spellings | None = None) -> None:
        """Fold the names.

        Args:
            taxonomy: The tree.
            spellings: Further spellings of Chinese names.
        """
        self._entries = [
            _Entry(node, int(taxonomy.depth[node]), _names(taxonomy, node, spellings))
            for node in range(len(taxonomy))
            if node not in taxonomy.rests.values()
        ]

    def find(self, query: str, limit: int = 10) -> list[int]:
        """Return nodes, best first: whole names, beginnings, words, parts, letters in order, near misses."""
        wanted = normalise(query)
        if not wanted:
            return []
        ranked = [(_rank(wanted, entry.names), entry.depth, entry.node) for entry in self._entries]
        found = sorted((rank, depth, node) for rank, depth, node in ranked if rank is not None)
        if found:
            return [node for _, _, node in found[:limit]]
        likeness = [(_likeness(wanted, entry.names), entry) for entry in self._entries]
        near = sorted((-like, e.depth, e.node) for like, e in likeness if like >= LEAST_LIKENESS)
        return [node for _, _, node in near[:limit]]


def _names(taxonomy: Taxonomy, node: int, spellings: Spellings | None) -> tuple[str, ...]:
    zh = taxonomy.zh[node]
    more = spellings(zh) if spellings else ()
    slug = taxonomy.ids[node].rsplit("/", 1)[-1].replace("-", " ")
    return tuple(dict.fromkeys(normalise(name) for name in (taxonomy.en[node], zh, slug, *more) if name))


def _rank(wanted: str, names: Sequence[str]) -> tuple[int, int] | None:
    """Return how well the best name fits, smaller is better, with its length; None if none does."""
    fits = [(kind, len(name)) for name in names if (kind := _fit(wanted, name)) is not None]
    return min(fits, default=None)


def _fit(wanted: str, name: str) -> int | None:
    if name == wanted:
        return 0
    if name.startswith(wanted):
        return 1
    if any(word.startswith(wanted) for word in name.split()):
        return 2
    if wanted in name:
        return 3
    letters = iter(name)
    short = 3 <= len(wanted) <= MOST_INITIALS  # a longer one is a word, and its letters stand in many names
    in_order = short and name[0] == wanted[0] and all(letter in letters for letter in wanted)
    return 4 if in_order else None


def _likeness(wanted: str, names: Sequence[str]) -> float:
    parts = [part for name in names for part in (name, *name.split())]
    return max((SequenceMatcher(None, wanted, part).ratio() for part in parts), default=0.0)
