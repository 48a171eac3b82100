"""The store: products by key with their present tags, their story, and what people decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tagrt.store import decisions
from tagrt.store.decisions import Event
from tagrt.store.file import StoreFile, now
from tagrt.store.keys import storable
from tagrt.store.recording import Recorder
from tagrt.store.states import Correction
from tagrt.types import Decision, Product, Tagging


class Store(StoreFile):
    """An open store; a context manager that closes its file.

    One for each thread; several processes may share a file.
    """

    def begin_run(
        self, source: str, model: str, kind: str = "run", fingerprint: str = "", context: str = ""
    ) -> int:
        """Note that a file is being tagged; return the run's number.

        Args:
            source: The file.
            model: What people call the model.
            kind: The command at work.
            fingerprint: Hash of everything that decides the model's tags.
            context: Hash of what stands over the model: corrections remembered, policy.
        """
        with self.transaction():
            cursor = self.execute(
                "INSERT INTO runs (source, model, started, kind, fingerprint, context) "
                "VALUES (?, ?, ?, ?, ?, ?)",
                (storable(source), model, now(), kind, fingerprint, context),
            )
        return int(cursor.lastrowid or 0)

    def unfinished_run(self, source: str) -> int | None:
        """Return the number of the last run of a file that did not come to its end, if there is one."""
        rows = self.query(
            "SELECT max(id) FROM runs WHERE source = ? AND kind = 'run' AND finished IS NULL", (source,)
        )
        return None if rows[0][0] is None else int(rows[0][0])

    def end_run(self, run: int, rows: int, auto: int, review: int, human: int, seconds: float) -> None:
        """Note how a run ended."""
        with self.transaction():
            self.execute(
                "UPDATE runs SET finished = ?, rows = ?, auto = ?, review = ?, human = ?, seconds = ? "
                "WHERE id = ?",
                (now(), rows, auto, review, human, round(seconds, 3), run),
            )

    def record(
        self,
        run: int,
        products: Sequence[Product],
        taggings: Sequence[Tagging],
        cells: Sequence[Mapping[str, str]] = (),
        keys: Sequence[str] = (),
    ) -> list[Correction | None]:
        """Keep the taggings of products, in one transaction, and return what people decided on each.

        What did not change is only marked as seen. Where a file has a key twice, the second product gets
        one of its own.

        Args:
            run: Number of the run.
            products: Products with text.
            taggings: What the model says of each.
            cells: Each product's columns, for a person to see; none need be given.
            keys: Each product's key, where the caller knows which of the store's it is.
        """
        shown, known = cells or [{}] * len(products), keys or [""] * len(products)
        with self.transaction():
            recorder = Recorder(self, run)
            return [recorder.record(*row) for row in zip(products, taggings, shown, known, strict=True)]

    def correct(self, key: str, tag: str, who: str, note: str = "") -> None:
        """Put a person's tag in the place of whatever stands; on disk when this returns.

        Args:
            key: The product's key, with or without what stands before its colon.
            tag: Taxonomy id.
            who: Who decided.
            note: Why, if the person says so.

        Raises:
            StoreError: If no product has that key.
        """
        decisions.correct(self, key, tag, who, note)

    def undo(self, key: str) -> bool:
        """Take a person's decision back; return whether there was one.

        The person's decision in whose place it came stands again, else the model's last one.

        Raises:
            StoreError: If no product has that key.
        """
        return decisions.undo(self, key)

    def history(self, key: str) -> list[Event]:
        """Return a product's story, oldest first.

        Raises:
            StoreError: If no product has that key.
        """
        return decisions.history(self, key)

    def counts(self) -> dict[str, int]:
        """Return the number of products, of each decision, of vanished ones, of corrections and of runs."""
        one = {
            "products": "SELECT count(*) FROM products",
            **{
                d.value: f"SELECT count(*) FROM products WHERE decision = '{d.value}' AND gone IS NULL"
                for d in Decision
            },
            "vanished": "SELECT count(*) FROM products WHERE gone IS NOT NULL",
            "corrections": "SELECT count(*) FROM corrections WHERE ended IS NULL",
            "runs": "SELECT count(*) FROM runs",
        }
        return {name: int(self.query(query)[0][0]) for name, query in one.items()}
