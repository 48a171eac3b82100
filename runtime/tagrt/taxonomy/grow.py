"""Tags that a tree has not yet: what they need above them, what they are called, a tree with them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from difflib import get_close_matches
from typing import NamedTuple

from tagrt.errors import UsageError
from tagrt.taxonomy.tree import Taxonomy
from tagrt.types.tagging import REST, Tag

_SLUG = re.compile(r"\w+(-\w+)*")


class Names(NamedTuple):
    """What a tag is called.

    Attributes:
        en: In English.
        zh: In Chinese.
    """

    en: str
    zh: str


def names_of(tag: str, en: str = "", zh: str = "") -> Names:
    """Return a new tag's names; one that is not given is the other, or else the last part of its id."""
    own = tag.rpartition("/")[2].replace("-", " ")
    en, zh = " ".join(en.split()), " ".join(zh.split())
    en = en or (own.title() if own.isascii() else zh or own)
    return Names(en, zh or en)


def missing(tag: str, known: Collection[str]) -> list[str]:
    """Return the ids that must be added for a tag to be known, from the topmost down.

    Args:
        tag: Its id, slugs with ``/`` between them.
        known: Ids of the tree.

    Raises:
        UsageError: If no tag above it is known, or a new part of the id is no slug.
    """
    parts = tag.split("/")
    ids = ["/".join(parts[:depth]) for depth in range(1, len(parts) + 1)]
    new = [one for one in ids if one not in known]
    if len(new) == len(ids):
        near = get_close_matches(tag, sorted(known), n=1, cutoff=0.0)[0]
        raise UsageError(
            f"tag '{tag}' is new and no tag above it is known: put it below a known one (nearest: '{near}')"
        )
    for one in new:
        part = one.rpartition("/")[2]
        if not _SLUG.fullmatch(part) or part != part.lower():
            raise UsageError(
                f"tag '{tag}' is new, and '{part}' is no part of an id: use small letters, digits and -"
            )
    return new


def grown(taxonomy: Taxonomy, tags: Mapping[str, Names], labels: Iterable[str] = ()) -> Taxonomy:
    """Return a tree with more tags behind its own, whose numbers stay as they are.

    A leaf that gets children gets a rest beside them; so does a new tag with new ones below it where rows
    have it as their label.

    Args:
        taxonomy: The tree.
        tags: Names of new tags by id; one must come after those above it.
        labels: Ids that rows have as labels.
    """
    leaves = {taxonomy.ids[node] for node in taxonomy.leaves}
    single = leaves | (set(labels) & set(tags))
    split = [tag for tag in dict.fromkeys(tag.rpartition("/")[0] for tag in tags) if tag in single]
    ids, en, zh = list(taxonomy.ids), list(taxonomy.en), list(taxonomy.zh)
    parents = [taxonomy.ids[parent] if parent >= 0 else "" for parent in taxonomy.parent]
    for tag, names in tags.items():
        ids.append(tag)
        parents.append(tag.rpartition("/")[0])
        en.append(names.en)
        zh.append(names.zh)
    for tag in split:
        at = ids.index(tag)
        ids.append(f"{tag}/{REST}")
        parents.append(tag)
        en.append(en[at])
        zh.append(zh[at])
    return Taxonomy(ids, parents, en, zh)


def grew_out_of(taxonomy: Taxonomy, older: Taxonomy) -> bool:
    """Whether a tree begins with another one, so that its numbers mean the same in both."""
    count = len(older)
    same = taxonomy.ids[:count] == older.ids
    return same and taxonomy.parent[:count].tolist() == older.parent.tolist()


def path_to(
    taxonomy: Taxonomy, tag: str, probability: float, new: Mapping[str, Names] | None = None
) -> tuple[Tag, ...]:
    """Return the path to a tag of the tree, or to one that it lacks below one that it has; else nothing.

    Args:
        taxonomy: The tree.
        tag: The tag's id.
        probability: That of every tag of the path.
        new: Names of tags that the tree lacks; others are called by their ids.
    """
    lacking: list[str] = []
    above = tag
    while above and above not in taxonomy.index:
        lacking.insert(0, above)
        above = above.rpartition("/")[0]
    if not above:
        return ()
    path = taxonomy.path(taxonomy.index[above])
    known = tuple(Tag(taxonomy.ids[n], taxonomy.en[n], taxonomy.zh[n], probability) for n in path)
    names = [(one, (new or {}).get(one) or names_of(one)) for one in lacking]
    return (*known, *(Tag(one, *called, probability) for one, called in names))
