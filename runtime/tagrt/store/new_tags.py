"""Tags that a shop's people need and the model has not: kept in the store until a model knows them."""

from __future__ import annotations

from tagrt.errors import UsageError
from tagrt.store.keys import storable
from tagrt.store.store import Store
from tagrt.taxonomy import Taxonomy
from tagrt.taxonomy.grow import Names, missing, names_of

NEW_TAGS = "new_tags"
"""Setting of a store that holds their names by id."""


def new_tags(store: Store) -> dict[str, Names]:
    """Return the names of all tags that people added, by id, the oldest first.

    Raises:
        StoreError: If the store cannot be read.
    """
    return {tag: Names(*names) for tag, names in (store.setting(NEW_TAGS) or {}).items()}


def add_new_tag(store: Store, taxonomy: Taxonomy, tag: str, en: str, zh: str) -> None:
    """Keep a new tag, and those above it that are new too.

    Args:
        store: An open store.
        taxonomy: The model's tree.
        tag: Its id, below a tag of the tree or one added before.
        en: English name.
        zh: Chinese name.

    Raises:
        UsageError: If the model has the tag, or the id is no new one below a known tag.
        StoreError: If the store cannot be written.
    """
    if tag in taxonomy.index:
        raise UsageError(f"the model has the tag '{tag}': leave --new-tag out")
    with store.transaction():
        known = new_tags(store)
        if tag in known and known[tag] != names_of(tag, storable(en), storable(zh)):
            raise UsageError(
                f"the shop has the tag '{tag}' already ({known[tag].en} / {known[tag].zh}): "
                "leave --new-tag out"
            )
        for above in missing(tag, {**taxonomy.index, **known}):
            known[above] = names_of(above)
        known[tag] = names_of(tag, storable(en), storable(zh))
        store.set_setting(NEW_TAGS, known)
