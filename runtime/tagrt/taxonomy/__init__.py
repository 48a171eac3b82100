"""The tag tree: ids, names, subtrees."""

from tagrt.taxonomy.tree import Taxonomy

__all__ = ["Taxonomy"]
