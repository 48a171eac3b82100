"""What all screens share: the tagger, the store, the language."""

from __future__ import annotations

import getpass
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from tagrt.store import Store
from tagrt.store.queue import ReviewQueue
from tagrt.taxonomy.search import TagSearch
from tagrt.types import Language

if TYPE_CHECKING:
    from tagrt import Tagger


@dataclass
class Session:
    """An evening's work at the terminal.

    Attributes:
        tagger: The model.
        language: Of the interface and of tag names.
        store: The shop's store, None if none is open.
    """

    tagger: Tagger
    language: Language = Language.EN
    store: Store | None = None

    @cached_property
    def queue(self) -> ReviewQueue | None:
        """The products that wait for a person."""
        return ReviewQueue(self.store) if self.store else None

    @cached_property
    def search(self) -> TagSearch:
        """All tags by all their names."""
        from tagrt_tui.pinyin import spellings

        return TagSearch(self.tagger.taxonomy, spellings)

    @cached_property
    def who(self) -> str:
        """Who decides."""
        return getpass.getuser()

    def path_text(self, tag: str) -> str:
        """Return a tag's path by its id, in the session's language; the id itself if the tree lacks it."""
        taxonomy = self.tagger.taxonomy
        node = taxonomy.index.get(tag)
        return tag if node is None else self.nodes_text(taxonomy.path(node))

    def nodes_text(self, nodes: Sequence[int]) -> str:
        """Return a path of nodes in the session's language."""
        taxonomy = self.tagger.taxonomy
        names = taxonomy.zh if self.language is Language.ZH else taxonomy.en
        return " > ".join(names[node] for node in nodes)
