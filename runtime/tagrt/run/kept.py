"""What a run keeps in a store, and takes from it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Protocol

from tagrt.run.summary import Summary
from tagrt.store import Correction, Store, content_hash
from tagrt.tables.record import Record
from tagrt.tables.writer import unique_names
from tagrt.types import Product, Tagging

LONGEST_CELL = 2000
"""Characters of a cell that a store shows; the file has the rest."""


class Corrector(Protocol):
    """What is needed of a tagger."""

    @property
    def fingerprint(self) -> str:
        """A hash of everything that decides its tags."""

    def corrected(self, tagging: Tagging, tag: str, changed: bool = False) -> Tagging:
        """Put what a person decided in the place of what the model did."""


class Kept:
    """One run's view of a store; without one it keeps nothing.

    Attributes:
        store: The open store, or None.
        resumed: Whether this goes on with a run that was cut: it is then the same run to the store.
    """

    def __init__(self, tagger: Corrector, path: Path | None, source: Path, header: Sequence[str]) -> None:
        """Open the store, made if need be; the run begins in it with the first chunk.

        Raises:
            StoreError: If it cannot be opened.
        """
        self._tagger = tagger
        self._header = unique_names(header)
        self.store = Store(path, create=True) if path else None
        self.resumed = False
        self._source = str(source)
        self._begun: int | None = None

    def taggings(
        self, records: Sequence[Record], products: Sequence[Product], taggings: Sequence[Tagging]
    ) -> list[Tagging]:
        """Keep the taggings of a chunk, with the cells of its rows, and return them as people decided.

        Raises:
            StoreError: If the store cannot be written.
        """
        if not self.store:
            return list(taggings)
        found = list(taggings)
        titled = [at for at, product in enumerate(products) if product.title.strip()]
        cells = [row_cells(self._header, records[at]) for at in titled]
        known = [products[at] for at in titled], [taggings[at] for at in titled], cells
        for at, correction in zip(titled, self.store.record(self._run(self.store), *known), strict=True):
            if correction:
                found[at] = self._corrected(products[at], taggings[at], correction)
        return found

    def _run(self, store: Store) -> int:
        """Return the run's number in the store."""
        if self._begun is None and self.resumed:
            self._begun = store.unfinished_run(self._source)
        if self._begun is None:
            known = model_fingerprint(self._tagger), getattr(self._tagger, "context", "")
            self._begun = store.begin_run(self._source, model_name(self._tagger), "run", *known)
        return self._begun

    def end(self, summary: Summary) -> None:
        """Note the counts of the run."""
        if self.store:
            self.store.end_run(
                self._run(self.store),
                summary.rows,
                summary.auto,
                summary.review,
                summary.human,
                summary.seconds,
            )

    def _corrected(self, product: Product, tagging: Tagging, correction: Correction) -> Tagging:
        changed = correction.content != content_hash(product)
        return self._tagger.corrected(tagging, correction.tag, changed)

    def __enter__(self) -> Kept:
        """Return this view."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the store."""
        if self.store:
            self.store.close()


def row_cells(header: Sequence[str], record: Record) -> dict[str, str]:
    """Return a row's cells by the names of their columns, for a store to show; long ones are cut."""
    named = zip(header, record.cells, strict=True)
    return {name: cell[:LONGEST_CELL] for name, cell in named if cell}


def model_fingerprint(tagger: Corrector) -> str:
    """Return the fingerprint of a tagger's model, without what stands over it."""
    return str(getattr(tagger, "model_fingerprint", tagger.fingerprint))


def model_name(tagger: Corrector) -> str:
    """Return what a store calls a model: its name and version where it has them, else its fingerprint."""
    manifest = getattr(getattr(tagger, "bundle", None), "manifest", None)
    return f"{manifest.name} {manifest.version}" if manifest else tagger.fingerprint[:16]
