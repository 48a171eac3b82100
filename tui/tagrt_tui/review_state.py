"""Where a review stands: what is shown of the queue, from which place on, and what can be taken back.

It outlives the screen, so that coming back goes on at the same product; place and filter outlive the app.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from tagrt.store import Store
from tagrt.store.queue import Filter, Hits, Place, ReviewQueue, Waiting

PLACE = "review.place"
"""Setting of the store under which the queue's place is kept."""

FILTER = "review.filter"
"""Setting under which the filter is kept."""


class Decision(NamedTuple):
    """What a key decided, for undo: the products, and place and filter of the queue before it."""

    keys: tuple[str, ...]
    title: str
    place: Place | None
    chosen: Filter


class ReviewState:
    """The place in the queue, kept in the store whenever it changes.

    Attributes:
        chosen: What is shown.
        hits: What passes it, once it was looked for; None if all is shown or it was not looked for.
        skipped: Places before the products that were skipped, the last one at the end.
        decisions: What was decided, the last at the end.
    """

    def __init__(self, store: Store) -> None:
        """Go on where the store was left."""
        self._store = store
        self._place = _place(store.setting(PLACE))
        self.chosen = _filter(store.setting(FILTER))
        self.hits: Hits | None = None
        self._hits_from: Place | None = None
        self.skipped: list[Place | None] = []
        self.decisions: list[Decision] = []

    @property
    def place(self) -> Place | None:
        """The product at hand is the first one behind this place; None for the head of the queue."""
        return self._place

    @place.setter
    def place(self, place: Place | None) -> None:
        if place != self._place:
            self._place = place
            self._store.set_setting(PLACE, place)

    @property
    def filtered(self) -> bool:
        """Whether only some of the queue is shown."""
        return self.chosen != Filter()

    def page(self, queue: ReviewQueue, rows: int) -> list[Waiting] | None:
        """Return the products from the place on.

        Args:
            queue: The queue.
            rows: How many, at most.

        Returns:
            The products; None if those that pass the filter must first be looked for from the place on,
            and handed to `found`.
        """
        if not self.filtered:
            return queue.after(self._place, rows)
        if self.hits is None or not self._covered():
            return None
        found = queue.among(self.hits, self._place, rows)
        return found if found or self.hits.complete else None

    def found(self, place: Place | None, hits: Hits) -> None:
        """Take what passes the filter, looked for from a place on."""
        self.hits, self._hits_from = hits, place

    def _covered(self) -> bool:
        """Whether the place is not before the one from which was looked."""
        return self._hits_from is None or (self._place is not None and self._place >= self._hits_from)

    def choose(self, chosen: Filter, place: Place | None = None) -> None:
        """Show something else of the queue, from a place on."""
        if chosen != self.chosen:
            self.chosen, self.hits, self.skipped = chosen, None, []
            self._store.set_setting(FILTER, chosen)
        self.place = place


def _place(kept: Any) -> Place | None:
    return (float(kept[0]), int(kept[1])) if isinstance(kept, list) and len(kept) == 2 else None


def _filter(kept: Any) -> Filter:
    sound = (
        isinstance(kept, list) and len(kept) == len(Filter._fields) and all(isinstance(k, str) for k in kept)
    )
    return Filter(*kept) if sound else Filter()
