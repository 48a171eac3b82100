"""Taggings as a store has them: a file is written with its tags without asking the model."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tagrt.inference.decide import Decider
from tagrt.run.job import run_file
from tagrt.run.options import RunOptions
from tagrt.run.summary import Summary
from tagrt.run.targets import refuse_same
from tagrt.store import Store, content_hash, product_key
from tagrt.taxonomy.grow import path_to
from tagrt.types import Decision, Language, Product, Reason, Tag, Tagging

if TYPE_CHECKING:
    from tagrt.inference.stages import Stages
    from tagrt.policy import ShopTagger
    from tagrt.update.job import UpdateOptions

_STATE = "p.key, p.tag, p.probability, p.best, p.best_probability, p.decision, p.reason, p.note"
_FIND = f"SELECT {_STATE} FROM json_each(?) wanted CROSS JOIN products p ON p.key = wanted.value"


class StoredTags:
    """Looks tags up in a store; what a run needs of a tagger.

    Attributes:
        fingerprint: Changes with every run and decision of the store.
    """

    def __init__(self, shop: ShopTagger, store: Store) -> None:
        """Take an open store and the model whose names the tags have."""
        self._store = store
        self._taxonomy = shop.tagger.taxonomy
        self._vocabulary = shop.tagger.vocabulary
        self._new_tags = shop.new_tags
        self._hidden = shop.hidden
        (last,) = store.query("SELECT (SELECT max(id) FROM runs), (SELECT max(id) FROM corrections)")
        self.fingerprint = f"{shop.fingerprint} {last}"

    def corrected(self, tagging: Tagging, tag: str, changed: bool = False) -> Tagging:
        """Return the tagging: the store's are as people decided."""
        return tagging

    def tag_chunks(
        self, chunks: Iterable[Sequence[Product | str]], stages: Stages | None = None
    ) -> Iterator[Sequence[Tagging]]:
        """Look up chunk after chunk."""
        for chunk in chunks:
            yield self._look_up([Product(p) if isinstance(p, str) else p for p in chunk])

    def _look_up(self, products: Sequence[Product]) -> list[Tagging]:
        keys = [(f"{key}#{content_hash(p)}", key) if (key := _key(p)) else () for p in products]
        wanted = json.dumps([one for pair in keys for one in pair], ensure_ascii=False)
        rows = self._store.query(_FIND, (wanted,))
        states = {row[0]: row[1:] for row in rows}
        return [self._tagging(next((states[k] for k in pair if k in states), None)) for pair in keys]

    def _tagging(self, state: Sequence[Any] | None) -> Tagging:
        if state is None:
            return Decider.empty
        tag, probability, best, best_probability, decision, reason, note = state
        path = self._path(tag, 1.0 if probability is None else probability) if tag else ()
        guess = self._hidden.cut(self._path(best, best_probability or 0.0)) if best else ()
        found = Tagging(path, guess, Decision(decision), Reason(reason), note)
        return self._vocabulary.apply(found) if self._vocabulary else found  # a person's tag is the tree's

    def _path(self, tag: str, probability: float) -> tuple[Tag, ...]:
        found = path_to(self._taxonomy, tag, probability, self._new_tags)
        own = self._vocabulary.path(tag, probability) if self._vocabulary and not found else ()
        return found or own or (Tag(tag, tag, tag, probability),)


def write_tagged(
    shop: ShopTagger, store: Path, source: Path, output: Path, options: UpdateOptions, language: Language
) -> Summary:
    """Write a file with the tags that a store has for its products, every row and column kept.

    Raises:
        TagrtError: If the file cannot be read or the output not be written.
    """
    refuse_same(output, source, store)
    with Store(store) as opened:
        chosen = RunOptions(
            columns=options.columns,
            encoding=options.encoding,
            delimiter=options.delimiter,
            headed=options.headed,
            language=language,
            output=output,
        )
        return run_file(StoredTags(shop, opened), source, chosen)


def _key(product: Product) -> str:
    return product_key(product) if product.title.strip() else ""
