"""Which tag people mean: an id, a name in either language, a whole path, or a word of the shop's own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING

from tagrt.errors import UsageError
from tagrt.taxonomy.grow import path_to
from tagrt.text import normalise

if TYPE_CHECKING:
    from tagrt.taxonomy.grow import Names
    from tagrt.taxonomy.tree import Taxonomy
    from tagrt.vocabulary import Vocabulary

_SEPARATORS = (">", "›", "→", "＞")
_LISTED = 6


class TagNames:
    """All names of a tree's tags, and those that a shop gave them."""

    def __init__(
        self,
        taxonomy: Taxonomy,
        vocabulary: Vocabulary | None = None,
        new: Mapping[str, Names] | None = None,
    ) -> None:
        """Fold the names.

        Args:
            taxonomy: The tree.
            vocabulary: The shop's own names over it.
            new: The shop's new tags, which the tree lacks, with their names.
        """
        self._named: dict[str, set[str]] = defaultdict(set)
        self._own: dict[str, tuple[str, ...]] = {}
        self._shown: dict[str, tuple[str, str]] = {}
        rests = set(taxonomy.rests.values())
        for at, tag in enumerate(taxonomy.ids):
            if at not in rests:
                path = taxonomy.path(at)
                self._add(tag, [taxonomy.en[n] for n in path], [taxonomy.zh[n] for n in path])
        for tag in new or {}:
            path_of_tag = path_to(taxonomy, tag, 1.0, new)
            if path_of_tag and tag not in taxonomy.index:
                self._add(tag, [one.en for one in path_of_tag], [one.zh for one in path_of_tag])
        for name, covers in vocabulary.names() if vocabulary else ():
            self._own[normalise(name)] = covers

    def find(self, tag: str, near: str = "") -> str:
        """Return the id of a tag.

        Args:
            tag: Its id, its English or Chinese name, its path with ``>``, both names with ``/`` between them
                as ``--lang both`` writes them, or a name of the shop's vocabulary.
            near: A tag that the right one is likely to be, or to lie above or below, where a name of the shop
                covers several.

        Raises:
            UsageError: If no tag or several are called so.
        """
        wanted = tag.strip()
        if wanted in self._shown:
            return wanted
        folded = _folded(wanted)
        if folded in self._own:
            return self._covered(wanted, self._own[folded], near)
        found = self._named.get(folded) or self._both(folded)
        if not found:
            raise self._unknown(wanted, folded)
        if len(found) > 1:
            narrowed = {one for one in found if near and _related(one, near)}
            if len(narrowed) != 1:
                raise UsageError(f"several tags are called '{wanted}': say which: {_listed(found)}")
            found = narrowed
        return next(iter(found))

    def shown(self, tag: str) -> str:
        """Return the names of a tag in both languages."""
        return " / ".join(self._shown[tag])

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of all tags that `find` knows."""
        return tuple(self._shown)

    def meaning(self, tag: str, near: str = "") -> str:
        """Return what tells two ways to write a tag alike: its id where `find` knows one."""
        try:
            return self.find(tag, near)
        except UsageError:
            return " ".join(self._own.get(_folded(tag.strip()), (tag,)))

    def _add(self, tag: str, en: Sequence[str], zh: Sequence[str]) -> None:
        self._shown[tag] = en[-1], zh[-1]
        for names in (en, zh):
            self._named[normalise(names[-1])].add(tag)
            self._named[" > ".join(map(normalise, names))].add(tag)

    def _both(self, folded: str) -> set[str]:
        """Return the tags whose two names these are, ``English / 中文`` at every level."""
        steps = [step.split(" / ") for step in folded.split(" > ")]
        if any(len(step) > 2 for step in steps):
            return set()
        english = self._named.get(" > ".join(step[0] for step in steps), set())
        chinese = self._named.get(" > ".join(step[-1] for step in steps), set())
        return english & chinese

    def _covered(self, name: str, covers: tuple[str, ...], near: str) -> str:
        if len(covers) == 1:
            return covers[0]
        related = [cover for cover in covers if near and _related(cover, near)]
        if related:
            return max(related, key=len)
        raise UsageError(f"'{name}' covers several tags: say which: {_listed(covers)}")

    def _unknown(self, tag: str, folded: str) -> UsageError:
        known = [*self._own, *self._named, *self._shown]
        close = get_close_matches(folded, known, n=3) or _holding(folded, known)
        hint = (
            f"did you mean {' or '.join(close)}?"
            if close
            else "tags are in taxonomy.tsv of the model's folder"
        )
        if tag.rpartition("/")[0] in self._shown:
            hint += f" Or is it new? Then  tagrt correct KEY {tag} --new-tag ENGLISH 中文"
        return UsageError(f"no tag is called '{tag}': {hint}")


def _holding(part: str, known: list[str]) -> list[str]:
    """Return the shortest names that hold a text, which may be one Chinese character."""
    return sorted((name for name in known if part and part in name), key=len)[:3]


def _folded(tag: str) -> str:
    for separator in _SEPARATORS:
        tag = tag.replace(separator, ">")
    return " > ".join(normalise(step) for step in tag.split(">"))


def _related(one: str, other: str) -> bool:
    return one == other or one.startswith(f"{other}/") or other.startswith(f"{one}/")


def _listed(tags: set[str] | tuple[str, ...]) -> str:
    shown = sorted(tags)
    more = f" and {len(shown) - _LISTED} more" if len(shown) > _LISTED else ""
    return f"{', '.join(shown[:_LISTED])}{more}"
