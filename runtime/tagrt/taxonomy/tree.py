"""The taxonomy as a tree over arrays: node order is file order, leaves of a subtree lie side by side."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from tagrt.errors import TaxonomyError
from tagrt.types.tagging import REST

if TYPE_CHECKING:
    from numpy.typing import NDArray

COLUMNS = ("id", "parent", "en", "zh")


class Taxonomy:
    """A forest of tags.

    Nodes keep the order of the file. Leaves are numbered in depth-first order, so that the leaves
    below node ``n`` are exactly ``leaf_start[n]:leaf_stop[n]`` and masses are differences of one
    cumulative sum.

    Attributes:
        ids: Node ids in file order.
        en: English names, same order.
        zh: Chinese names, same order.
        parent: int array [nodes], index of the parent, -1 for roots.
        depth: int array [nodes], 1 for roots.
        leaves: int array [leaves], node index of each leaf in depth-first order.
        leaf_start: int array [nodes], first leaf below the node.
        leaf_stop: int array [nodes], one past the last leaf below the node.
        rests: Node index of a tag's rest, by that of the tag; see `tagrt.types.tagging.REST`.
    """

    def __init__(
        self, ids: Sequence[str], parents: Sequence[str], en: Sequence[str], zh: Sequence[str]
    ) -> None:
        """Build the tree.

        Args:
            ids: Unique node ids.
            parents: Parent id of each node, empty for roots; a parent may come after its child.
            en: English names.
            zh: Chinese names.

        Raises:
            TaxonomyError: On duplicate ids, unknown parents or cycles.
        """
        self.ids = tuple(ids)
        self.en = tuple(en)
        self.zh = tuple(zh)
        self.index = {node_id: i for i, node_id in enumerate(self.ids)}
        if len(self.index) != len(self.ids):
            raise TaxonomyError(f"taxonomy: id '{_first_duplicate(self.ids)}' appears twice")
        self.children: list[list[int]] = [[] for _ in self.ids]
        self.roots: list[int] = []
        self.parent = np.full(len(self.ids), -1, dtype=np.int32)
        for i, parent_id in enumerate(parents):
            self._attach(i, parent_id)
        self.rests = {int(self.parent[i]): i for i, tag in enumerate(self.ids) if tag.endswith(f"/{REST}")}
        self._number_leaves()

    @classmethod
    def load(cls, path: Path) -> Taxonomy:
        """Read a tab-separated taxonomy with the columns id, parent, en, zh (others are ignored).

        Raises:
            TaxonomyError: If the file is missing, lacks a column, or is no tree.
        """
        try:
            text = path.read_text(encoding="utf-8")
        except OSError as error:
            raise TaxonomyError(f"{path}: cannot read the taxonomy: {error.strerror}") from error
        return cls.parse(text, str(path))

    @classmethod
    def parse(cls, text: str, origin: str) -> Taxonomy:
        """Read a taxonomy from tab-separated text; `origin` is for error messages.

        Raises:
            TaxonomyError: See `load`.
        """
        rows = list(csv.DictReader(io.StringIO(text), delimiter="\t", quoting=csv.QUOTE_NONE))
        if not rows or any(column not in rows[0] for column in COLUMNS):
            raise TaxonomyError(f"{origin}: a taxonomy needs the columns {', '.join(COLUMNS)}")
        return cls(*([row[c] or "" for row in rows] for c in COLUMNS))

    def dump(self) -> str:
        """Return the tree as tab-separated text that `load` reads back."""
        lines = ["\t".join(COLUMNS)]
        for i, node_id in enumerate(self.ids):
            parent = self.ids[self.parent[i]] if self.parent[i] >= 0 else ""
            lines.append("\t".join((node_id, parent, self.en[i], self.zh[i])))
        return "\n".join(lines) + "\n"

    def __len__(self) -> int:
        """Return the number of nodes."""
        return len(self.ids)

    @property
    def hash(self) -> str:
        """Sha256 over ids and parents: equal where two trees have the same shape and order."""
        text = "\n".join(f"{i}\t{p}" for i, p in zip(self.ids, self.parent.tolist(), strict=True))
        return hashlib.sha256(text.encode()).hexdigest()

    def is_leaf(self, node: int) -> bool:
        """Whether a node has no children."""
        return not self.children[node]

    def path(self, node: int) -> tuple[int, ...]:
        """Return node indices from the root down to the node."""
        return self._paths[node]

    def masses(self, leaf_probabilities: NDArray[np.float32]) -> NDArray[np.float32]:
        """Sum leaf probabilities up the tree.

        Args:
            leaf_probabilities: float32 [..., leaves], in the order of `leaves`.

        Returns:
            float32 [..., nodes]: the mass of all leaves below each node.
        """
        shape = (*leaf_probabilities.shape[:-1], leaf_probabilities.shape[-1] + 1)
        cumulative = np.zeros(shape, dtype=np.float64)
        np.cumsum(leaf_probabilities, axis=-1, dtype=np.float64, out=cumulative[..., 1:])
        masses = cumulative[..., self.leaf_stop] - cumulative[..., self.leaf_start]
        return masses.astype(np.float32)

    def _attach(self, node: int, parent_id: str) -> None:
        if not parent_id:
            self.roots.append(node)
            return
        if parent_id not in self.index:
            raise TaxonomyError(f"taxonomy: '{self.ids[node]}' has the unknown parent '{parent_id}'")
        self.parent[node] = self.index[parent_id]
        self.children[self.index[parent_id]].append(node)

    def _number_leaves(self) -> None:
        count = len(self.ids)
        self.depth = np.zeros(count, dtype=np.int32)
        self.leaf_start = np.zeros(count, dtype=np.int32)
        self.leaf_stop = np.zeros(count, dtype=np.int32)
        self._paths: list[tuple[int, ...]] = [()] * count
        leaves: list[int] = []
        stack = [(root, False) for root in reversed(self.roots)]
        while stack:
            node, done = stack.pop()
            if done:
                self.leaf_stop[node] = len(leaves)
                continue
            above = self._paths[self.parent[node]] if self.parent[node] >= 0 else ()
            self._paths[node] = (*above, node)
            self.depth[node] = len(above) + 1
            self.leaf_start[node] = len(leaves)
            if self.is_leaf(node):
                leaves.append(node)
            stack.append((node, True))
            stack.extend((child, False) for child in reversed(self.children[node]))
        if not all(self._paths):
            looped = next(i for i, path in zip(self.ids, self._paths, strict=True) if not path)
            raise TaxonomyError(f"taxonomy: '{looped}' is its own ancestor")
        self.leaves = np.array(leaves, dtype=np.int32)


def _first_duplicate(ids: Sequence[str]) -> str:
    seen: set[str] = set()
    for node_id in ids:
        if node_id in seen:
            return node_id
        seen.add(node_id)
    return ""
