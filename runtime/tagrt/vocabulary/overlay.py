"""The overlay itself: which shop tag a decided path falls under, and with what probability."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from tagrt.errors import VocabularyError
from tagrt.types import Tag, Tagging
from tagrt.vocabulary.entry import Entry, read_entries, unknown

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from tagrt.taxonomy import Taxonomy

PREFIX = "shop:"
"""Starts the ids of shop tags, which no taxonomy id does."""


class Vocabulary:
    """A shop's tags, each covering subtrees of the taxonomy.

    The deepest covering entry wins. Ids are ``shop:`` and the slugs of the names from the top-level
    tag down, such as ``shop:clothing/socks``.

    Attributes:
        shop: The shop's name, may be empty.
        entries: The entries in file order.
        origin: Its file; empty if it came from none.
    """

    def __init__(self, shop: str, entries: Sequence[Entry], taxonomy: Taxonomy, origin: str = "") -> None:
        """Lay entries over a taxonomy.

        Args:
            shop: The shop's name, may be empty.
            entries: The shop's tags.
            taxonomy: The tree whose ids they cover.
            origin: Their file, for messages.

        Raises:
            VocabularyError: On unknown ids or parents, on what is named or covered twice, and on tags
                that cover nothing.
        """
        self.shop = shop
        self.entries = tuple(entries)
        self.origin = origin
        self._taxonomy = taxonomy
        self._owner = _owners(self.entries, taxonomy)
        self._chains = _chains(self.entries)
        self._ids = [PREFIX + "/".join(self.entries[i].slug for i in chain) for chain in self._chains]
        self._refuse_duplicate_ids()
        self._covered = [self._outermost_nodes(entry) for entry in range(len(self.entries))]

    @classmethod
    def load(cls, path: Path, taxonomy: Taxonomy) -> Vocabulary:
        """Read a ``vocabulary.toml``.

        Args:
            path: The file: an optional ``[shop]`` with a ``name``, and ``[[tag]]`` entries with
                ``name`` (a text or ``{en, zh}``), ``covers`` (taxonomy ids) and ``parent`` (the name
                of another entry, optional).
            taxonomy: The tree of the model.

        Raises:
            VocabularyError: Naming the file, the entry, and the closest valid word where there is one.
        """
        shop, entries = read_entries(path)
        return cls(shop, entries, taxonomy, str(path))

    def apply(self, tagging: Tagging, masses: NDArray[np.float32] | None = None) -> Tagging:
        """Put the shop's path in the place of the decided path.

        Guess, decision and reason stay the model's. A path under no entry (also one that back-off
        ended above every covered node) keeps the taxonomy's tags.

        Args:
            tagging: What the tagger decided.
            masses: float32 [nodes] in taxonomy order. With them a shop tag's probability is the sum
                over everything it covers; without, that of the node where the path enters it.

        Returns:
            The tagging in the shop's words.
        """
        entered = next((tag for tag in reversed(tagging.path) if tag.id in self._owner), None)
        if entered is None:
            return tagging
        chain = self._chains[self._owner[entered.id]]
        path = tuple(self._tag(entry, tagging.path, entered, masses) for entry in chain)
        return tagging._replace(path=path)

    def names(self) -> list[tuple[str, tuple[str, ...]]]:
        """Return every name and id of the shop's tags, with the taxonomy ids that it covers."""
        found = []
        for entry, own in enumerate(self.entries):
            covers = own.covers or tuple(self._taxonomy.ids[node] for node in self._covered[entry])
            found += [(name, covers) for name in dict.fromkeys((own.en, own.zh, self._ids[entry]))]
        return found

    def within(self, tag: str) -> list[str]:
        """Return the ids of the shop's tags that cover nothing outside a taxonomy tag."""
        nodes = self._taxonomy.ids
        return [
            self._ids[entry]
            for entry, covered in enumerate(self._covered)
            if all(f"{nodes[node]}/".startswith(f"{tag}/") for node in covered)
        ]

    def path(self, tag: str, probability: float) -> tuple[Tag, ...]:
        """Return the shop's path down to one of its tags, empty if it has no such id."""
        if tag not in self._ids:
            return ()
        chain = self._chains[self._ids.index(tag)]
        return tuple(
            Tag(self._ids[entry], self.entries[entry].en, self.entries[entry].zh, probability)
            for entry in chain
        )

    def _tag(
        self, entry: int, path: tuple[Tag, ...], entered: Tag, masses: NDArray[np.float32] | None
    ) -> Tag:
        if masses is not None:
            probability = min(float(masses[self._covered[entry]].sum()), 1.0)
        else:
            own = (tag.probability for tag in path if self._owner.get(tag.id) == entry)
            probability = max(own, default=entered.probability)
        return Tag(self._ids[entry], self.entries[entry].en, self.entries[entry].zh, probability)

    def _outermost_nodes(self, entry: int) -> list[int]:
        """Nodes covered by an entry or the entries below it, without those inside another of them."""
        index = self._taxonomy.index
        nodes = {index[cover] for cover, owner in self._owner.items() if entry in self._chains[owner]}
        return sorted(node for node in nodes if not nodes & set(self._taxonomy.path(node)[:-1]))

    def _refuse_duplicate_ids(self) -> None:
        repeated, count = Counter(self._ids).most_common(1)[0]
        if count > 1:
            entry = self.entries[len(self._ids) - 1 - self._ids[::-1].index(repeated)]
            raise VocabularyError(f"{entry.where}: two tags would get the id '{repeated}'; rename one")


def _owners(entries: Sequence[Entry], taxonomy: Taxonomy) -> dict[str, int]:
    """Map each covered taxonomy id to its entry."""
    owners: dict[str, int] = {}
    for i, entry in enumerate(entries):
        for cover in entry.covers:
            if cover not in taxonomy.index:
                raise unknown(cover, taxonomy.ids, "taxonomy id", entry.where)
            if owners.setdefault(cover, i) != i:
                raise VocabularyError(
                    f"{entry.where}: '{cover}' is already covered by '{entries[owners[cover]].en}'"
                )
    return owners


def _chains(entries: Sequence[Entry]) -> list[tuple[int, ...]]:
    """Return each entry's indices from the top-level tag down to it."""
    parents = _parents(entries)
    for i, entry in enumerate(entries):
        if not entry.covers and i not in parents:
            raise VocabularyError(f"{entry.where}: covers nothing; name taxonomy ids in 'covers'")
    chains = []
    for i, entry in enumerate(entries):
        chain = [i]
        while (above := parents[chain[0]]) is not None:
            if above in chain:
                raise VocabularyError(f"{entry.where}: 'parent' leads back to itself")
            chain.insert(0, above)
        chains.append(tuple(chain))
    return chains


def _parents(entries: Sequence[Entry]) -> list[int | None]:
    names: dict[str, int] = {}
    for i, entry in enumerate(entries):
        for name in (entry.en, entry.zh):
            names.setdefault(name, i)
    for entry in entries:
        if entry.parent and entry.parent not in names:
            raise unknown(entry.parent, tuple(names), "parent", entry.where)
    return [names[entry.parent] if entry.parent else None for entry in entries]
