"""A taxonomy from a user's own tags: flat names, or paths such as ``Food > Drinks > Tea``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from importlib import resources
from pathlib import Path

from tagrt.errors import InputFileError
from tagrt.taxonomy import Taxonomy
from tagrt_distill.corpus.row import Row

_NOT_SLUG = re.compile(r"[^\w]+")


def project_taxonomy() -> Taxonomy:
    """Return the tree that ships with the project."""
    return Taxonomy.load(Path(str(resources.files("tagrt_distill.taxonomy"))) / "taxonomy.tsv")


def from_paths(rows: Sequence[Row], separator: str) -> tuple[Taxonomy, list[Row]]:
    """Build the tree of all tags that occur, and give the rows its ids.

    Args:
        rows: Rows whose tags are names or paths.
        separator: What parts the levels of a path; spaces around it do not matter.

    Returns:
        The tree, and the rows with taxonomy ids as tags.

    Raises:
        InputFileError: If fewer than two tags occur.
    """
    names: dict[str, tuple[str, str]] = {}
    labelled: list[Row] = []
    for row in rows:
        ids = tuple(_add(tag, separator, names) for tag in row.tags)
        labelled.append(replace(row, tags=tuple(i for i in ids if i)))
    if len(names) < 2:
        raise InputFileError("the tag column holds fewer than two different tags: there is nothing to learn")
    parents = [parent for parent, _ in names.values()]
    labels = [label for _, label in names.values()]
    return Taxonomy(list(names), parents, labels, labels), labelled


def _add(tag: str, separator: str, names: dict[str, tuple[str, str]]) -> str:
    node = ""
    for part in (p.strip() for p in tag.split(separator.strip() or separator)):
        if not part:
            continue
        child = f"{node}/{slug(part)}" if node else slug(part)
        names.setdefault(child, (node, part))
        node = child
    return node


def slug(name: str) -> str:
    """Return a name as an id: lower case, words joined by ``-``; Chinese stays as it is."""
    return _NOT_SLUG.sub("-", name.lower()).strip("-") or _hex(name.encode())


def _hex(parts: Iterable[int]) -> str:
    return "-".join(f"{byte:02x}" for byte in parts)
