"""What all screens share: the tagger, the store, the language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from tagrt.policy.hidden import Hidden
from tagrt.run.kept import model_name
from tagrt.store import Store
from tagrt.store.additions import Additions
from tagrt.store.queue import ReviewQueue
from tagrt.store.who import user_name
from tagrt.taxonomy.search import TagSearch
from tagrt.types import Language, Product, Tag
from tagrt_tui.review_state import ReviewState
from tagrt_tui.running import Running
from tagrt_tui.scans import Scans
from tagrt_tui.state import UserState

if TYPE_CHECKING:
    from tagrt import Tagger


PATIENCE = 1.5
"""Seconds that a key press waits for another process to finish its writing."""


def open_store(path: Path) -> Store:
    """Open or make a store for the screens.

    Raises:
        StoreError: If it cannot be opened.
    """
    return Store(path, create=True, wait=PATIENCE)


@dataclass
class Session:
    """An evening's work at the terminal.

    Attributes:
        tagger: The model.
        language: Of the interface and of tag names.
        store: The shop's store, None if none is open.
        scans: What was scanned.
        state: What is remembered of this user.
        tag_language: Language of the tag names that a run writes.
        vocabulary: A shop's own tag names, for runs.
        running: The latest run, under way or over.
        hidden: Tags that the policy which the store keeps does not show.
    """

    tagger: Tagger
    language: Language = Language.EN
    store: Store | None = None
    scans: Scans = field(default_factory=Scans)
    state: UserState = field(default_factory=UserState)
    tag_language: Language = Language.EN
    vocabulary: Path | None = None
    running: Running | None = None
    hidden: Hidden = field(init=False)

    def __post_init__(self) -> None:
        """Read what the store's policy hides: threads that ask for candidates cannot."""
        self.hidden = Hidden.of_store(self.store)

    def open_store(self, path: Path) -> None:
        """Put another store in the place of the present one; a new one is made if need be.

        Raises:
            StoreError: If it cannot be opened; the present one then stays.
        """
        before, self.store = self.store, open_store(path)
        self.hidden = Hidden.of_store(self.store)
        for view in ("queue", "review", "additions"):  # made anew at their next use
            self.__dict__.pop(view, None)
        if before:
            before.close()

    def candidates(
        self, product: Product | str, count: int, first: str | None = None
    ) -> Sequence[tuple[Tag, ...]]:
        """Return the most probable paths that may be shown, behind that of a tag that leads."""
        return self.hidden.among(self.tagger.candidates(product, count, first))

    @property
    def run_is_going(self) -> bool:
        """Whether a run is under way."""
        return self.running is not None and not self.running.ended

    @cached_property
    def queue(self) -> ReviewQueue | None:
        """The products that wait for a person."""
        return ReviewQueue(self.store) if self.store else None

    @cached_property
    def review(self) -> ReviewState:
        """Where the review stands, as the store knows it from the last time."""
        assert self.store
        return ReviewState(self.store)

    @cached_property
    def additions(self) -> Additions:
        """What is added by hand."""
        assert self.store
        return Additions(self.store, model_name(self.tagger))

    def store_for_thread(self) -> Store:
        """Open the store once more, for a thread of its own; the caller closes it.

        Raises:
            StoreError: If it cannot be opened.
        """
        assert self.store
        return Store(self.store.path)

    @cached_property
    def search(self) -> TagSearch:
        """All tags by all their names."""
        from tagrt_tui.pinyin import spellings

        return TagSearch(self.tagger.taxonomy, spellings)

    @cached_property
    def who(self) -> str:
        """Who decides."""
        return user_name()

    def path_text(self, tag: str) -> str:
        """Return a tag's path by its id, in the session's language; the id itself if the tree lacks it."""
        taxonomy = self.tagger.taxonomy
        node = taxonomy.index.get(tag)
        return tag if node is None else self.nodes_text(taxonomy.path(node))

    def tag_name(self, tag: str) -> str:
        """Return a tag's own name in the session's language; its id if the tree lacks it."""
        taxonomy = self.tagger.taxonomy
        node = taxonomy.index.get(tag)
        return tag if node is None else (taxonomy.zh if self.language is Language.ZH else taxonomy.en)[node]

    def nodes_text(self, nodes: Sequence[int]) -> str:
        """Return a path of nodes in the session's language."""
        taxonomy = self.tagger.taxonomy
        names = taxonomy.zh if self.language is Language.ZH else taxonomy.en
        return " > ".join(names[node] for node in nodes)
