"""A tagger with all that a shop puts over the model: rules first, then model and memory, then the policy."""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from tagrt.errors import PolicyError
from tagrt.policy.hidden import POLICY, Hidden
from tagrt.policy.policy import Pin, Policy
from tagrt.types import Decision, Product, Reason, Tagging

if TYPE_CHECKING:
    from tagrt.inference.stages import Stages
    from tagrt.inference.tagger import Tagger
    from tagrt.memory import Memory
    from tagrt.store import Store
    from tagrt.taxonomy.grow import Names

_UNASKED = Tagging((), (), Decision.REVIEW)


class ShopTagger:
    """A model, what it remembers of corrections, and a policy; what a run needs of a tagger.

    Attributes:
        tagger: The model with its memory.
        policy: The policy, or None.
        fingerprint: A hash of model and policy. Corrections are not in it: they come while a run is cut,
            and it goes on with them.
        model_fingerprint: That of the model alone.
        context: A hash of what stands over the model: memory and policy; empty if nothing does.
        described: The same in words.
        new_tags: Names of the tags that the shop's people added.
        hidden: What is never shown.
    """

    def __init__(
        self,
        tagger: Tagger,
        policy: Policy | None = None,
        new_tags: Mapping[str, Names] | None = None,
    ) -> None:
        """Put a policy over a tagger, and a shop's own tags beside its tree."""
        self.tagger = tagger
        self.policy = policy
        self.new_tags = new_tags or {}
        self.hidden = policy.hidden if policy else Hidden()
        self.bundle = tagger.bundle
        self.model_fingerprint = tagger.fingerprint
        self.fingerprint = f"{tagger.fingerprint}{policy.digest}" if policy else tagger.fingerprint
        self.context = _context(tagger.memory, policy)
        self.described = _described(tagger.memory, policy)

    @property
    def hidden_tags(self) -> dict[str, str]:
        """The model's tags that are never shown, each with the tag that stands in its place."""
        return self.hidden.tags(self.tagger.taxonomy)

    def corrected(self, tagging: Tagging, tag: str, changed: bool = False) -> Tagging:
        """Put what a person decided in the place of what the model did."""
        return self.tagger.corrected(tagging, tag, changed, self.new_tags)

    def tag(self, product: Product | str) -> Tagging:
        """Tag one product."""
        (found,) = self.tag_chunks([[product]])
        return found[0]

    def tag_chunks(
        self, chunks: Iterable[Sequence[Product | str]], stages: Stages | None = None
    ) -> Iterator[Sequence[Tagging]]:
        """Tag chunk after chunk: pinned products by their rule, the others by the model and the policy."""
        policy = self.policy
        if policy is None:
            yield from self.tagger.tag_chunks(chunks, stages)
            return
        under_way: deque[list[Pin | None]] = deque()

        def asked() -> Iterator[list[Product | str]]:
            for chunk in chunks:
                pins = [policy.pin(_product(product)) for product in chunk]
                under_way.append(pins)
                yield [product for product, pin in zip(chunk, pins, strict=True) if pin is None]

        for taggings in self.tagger.tag_chunks(asked(), stages):
            answers = iter(taggings)
            yield [policy.judge(self._pinned(pin) if pin else next(answers)) for pin in under_way.popleft()]

    def _pinned(self, pin: Pin) -> Tagging:
        return self.tagger.put(_UNASKED, pin.tag, 1.0, Reason.RULE, pin.note)


def shop_tagger(tagger: Tagger, store: Store | None, policy: Path | None = None) -> ShopTagger:
    """Return a tagger with what a store remembers, and the policy given or kept there.

    Args:
        tagger: The model.
        store: The shop's store; its corrections become the memory.
        policy: A ``policy.toml``, kept in the store for later runs; None takes the one kept there, and an
            empty file takes that away.

    Raises:
        PolicyError: If the policy is malformed.
        StoreError: If the store cannot be read or written.
    """
    return ShopTagger(
        tagger.recalling(_memory(tagger, store)), _policy(tagger, store, policy), _new_tags(store)
    )


def open_shop(
    tagger: Tagger, path: Path | None, policy: Path | None = None, create: bool = True
) -> ShopTagger:
    """Return a tagger with what the store at a path remembers; see `shop_tagger`.

    Args:
        tagger: The model.
        path: The store's file, None for none; one that is not there yet remembers nothing.
        policy: A ``policy.toml``.
        create: Whether a store that is not there may be made, which only a policy needs.

    Raises:
        PolicyError: If the policy is malformed.
        StoreError: If the store cannot be read or written.
    """
    from tagrt.store import Store

    if path is None or (create and not path.is_file() and policy is None):
        return shop_tagger(tagger, None, policy)
    with Store(path, create=create) as store:
        return shop_tagger(tagger, store, policy)


def _new_tags(store: Store | None) -> dict[str, Names]:
    from tagrt.store.new_tags import new_tags

    return new_tags(store) if store else {}


def _memory(tagger: Tagger, store: Store | None) -> Memory | None:
    if store is None:
        return None
    from tagrt.memory import learn
    from tagrt.memory.memory import Lesson
    from tagrt.store.lessons import decisions

    memory = learn(tagger, [Lesson(decided.product, decided.tag) for decided in decisions(store)])
    return memory if memory.lessons else None


def _policy(tagger: Tagger, store: Store | None, path: Path | None) -> Policy | None:
    if path is None:
        kept = store.setting(POLICY) if store else None
        return _kept(kept, tagger, store) if kept and store else None
    if path.is_file() and not path.read_bytes().strip():
        if store:
            store.set_setting(POLICY, None)
        return None
    policy = Policy.load(path, tagger.taxonomy, tagger.vocabulary)
    if store:
        words = tagger.vocabulary.origin if tagger.vocabulary else ""
        store.set_setting(POLICY, {"text": policy.text, "origin": policy.origin, "vocabulary": words})
    return policy


def _kept(kept: Mapping[str, str], tagger: Tagger, store: Store) -> Policy:
    """Return the policy that a store keeps.

    Raises:
        PolicyError: If it names tags that the model or the vocabulary of this call has not.
    """
    try:
        return Policy(kept["text"], kept["origin"], tagger.taxonomy, tagger.vocabulary)
    except PolicyError as error:
        words = kept.get("vocabulary")
        needed = f"--vocabulary {words}" if words else "the --vocabulary or --model that it was written for"
        raise PolicyError(
            f"the policy that {store.path} keeps does not fit here: {error}\n"
            f"give {needed}, or another --policy (an empty file ends it)"
        ) from error


def _context(memory: Memory | None, policy: Policy | None) -> str:
    parts = [memory.digest if memory else "", policy.digest if policy else ""]
    return hashlib.sha256("|".join(parts).encode()).hexdigest()[:16] if any(parts) else ""


def _described(memory: Memory | None, policy: Policy | None) -> str:
    parts = [
        f"{len(memory.lessons):,} corrections remembered" if memory else "",
        f"policy {policy.origin}" if policy else "",
    ]
    return ", ".join(part for part in parts if part)


def _product(product: Product | str) -> Product:
    return Product(product) if isinstance(product, str) else product
