"""What people decide on products, how they take it back, and the story of a product."""

from __future__ import annotations

from typing import NamedTuple

from tagrt.errors import StoreError
from tagrt.store.file import StoreFile, now
from tagrt.store.keys import storable
from tagrt.store.states import COLUMNS, PUT, Correction, corrected_state
from tagrt.types import Decision, Reason


class Event(NamedTuple):
    """One step of a product's story.

    Attributes:
        at: UTC time, ISO 8601.
        by: The model, or the person.
        title: The product's title then; empty for what a person did.
        tag: The decided tag's id; empty if there was none.
        probability: Its probability; None for what a person did.
        decision: `auto`, `review` or `human`; `undone` for a correction that was taken back.
        reason: Why review was needed, or what else than the model decided.
        note: Which rule, correction or remark stood behind it.
    """

    at: str
    by: str
    title: str
    tag: str
    probability: float | None
    decision: str
    reason: str
    note: str = ""


def correct(file: StoreFile, key: str, tag: str, who: str, note: str = "") -> None:
    """Put a person's tag in the place of whatever stands; on disk when this returns.

    Args:
        file: An open store.
        key: The product's key, with or without what stands before its colon.
        tag: Taxonomy id.
        who: Who decided.
        note: Why, if the person says so.

    Raises:
        StoreError: If no product has that key.
    """
    with file.transaction():
        product, _ = _product(file, key)
        at = now()  # of both, so that undoing this one finds the one before it
        _end(file, product, at)
        file.execute(
            "INSERT INTO corrections (product, tag, content, who, at, note, title, brand, description, "
            "category) SELECT id, ?, content, ?, ?, ?, title, brand, description, category "
            "FROM products WHERE id = ?",
            (tag, storable(who), at, storable(note), product),
        )
        file.execute(
            "UPDATE products SET tag = ?, probability = NULL, decision = ?, reason = '', note = '' "
            "WHERE id = ?",
            (tag, Decision.HUMAN.value, product),
        )


def undo(file: StoreFile, key: str) -> bool:
    """Take a person's decision back; return whether there was one.

    The person's decision in whose place it came stands again, else the model's last one.

    Raises:
        StoreError: If no product has that key.
    """
    with file.transaction():
        product, content = _product(file, key)
        standing = file.query(
            "SELECT id, at FROM corrections WHERE product = ? AND ended IS NULL", (product,)
        )
        if not standing:
            return False
        _end(file, product, now())
        # Not what the memory made of this very decision, if there is anything else.
        last = file.execute(
            f"SELECT {COLUMNS} FROM taggings WHERE product = ? ORDER BY reason = ?, id DESC LIMIT 1",
            (product, Reason.MEMORY.value),
        ).fetchone()
        before = _reopen(file, product, *standing[0])
        state = last if before is None else corrected_state(last, before, content)
        file.execute(f"UPDATE products SET {PUT} WHERE id = ?", (*state, product))
        return True


def history(file: StoreFile, key: str) -> list[Event]:
    """Return a product's story, oldest first.

    Raises:
        StoreError: If no product has that key.
    """
    product, _ = _product(file, key)
    events = [
        Event(*row)
        for row in file.query(
            "SELECT r.started, r.model, t.title, t.tag, t.probability, t.decision, t.reason, t.note "
            "FROM taggings t JOIN runs r ON r.id = t.run WHERE t.product = ?",
            (product,),
        )
    ]
    for tag, who, at, ended, note in file.query(
        "SELECT tag, who, at, ended, note FROM corrections WHERE product = ?", (product,)
    ):
        events.append(Event(at, who, "", tag, None, Decision.HUMAN.value, "", note))
        if ended:
            events.append(Event(ended, who, "", tag, None, "undone", ""))
    return sorted(events, key=lambda event: event.at)


def _end(file: StoreFile, product: int, at: str) -> None:
    file.execute("UPDATE corrections SET ended = ? WHERE product = ? AND ended IS NULL", (at, product))


def _reopen(file: StoreFile, product: int, undone: int, at: str) -> Correction | None:
    """Let the decision stand again in whose place another, now undone, came at a moment; return it."""
    before = file.query(
        "SELECT id, tag, content FROM corrections WHERE product = ? AND ended = ? AND id < ? "
        "ORDER BY id DESC LIMIT 1",
        (product, at, undone),
    )
    if not before:
        return None
    identity, tag, content = before[0]
    file.execute("UPDATE corrections SET ended = NULL WHERE id = ?", (identity,))
    return Correction(tag, content)


def _product(file: StoreFile, key: str) -> tuple[int, str]:
    key = storable(key)
    rows = file.query(
        "SELECT id, content, key, key IN (?, 'key:' || ?) FROM products "
        "WHERE key IN (?, 'key:' || ?, 'gtin:' || ?) OR (gtin = ? AND gtin <> '') ORDER BY 4 DESC",
        (key,) * 6,
    )
    own = f"key:{key}"
    if rows and rows[0][2] == own != key:  # a SKU as people say it, which may stand on several products
        twins = file.query(
            "SELECT key FROM products WHERE key > ? AND key < ? AND gone IS NULL", (f"{own}#", f"{own}$")
        )
        if twins:
            keys = ", ".join(str(twin[0]) for twin in [(own,), *twins])
            raise StoreError(
                f"{file.path}: several products have the key '{key}': give one of {keys} "
                "(tagrt db export shows which is which)"
            )
    if not rows:
        raise StoreError(f"{file.path}: no product has the key '{key}'")
    if len(rows) > 1 and not rows[0][3]:
        keys = ", ".join(str(row[2]) for row in rows)
        raise StoreError(f"{file.path}: several products have the barcode '{key}': give one of {keys}")
    return int(rows[0][0]), str(rows[0][1])
