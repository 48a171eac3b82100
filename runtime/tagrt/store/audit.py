"""Who or what set each tag, and why."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from tagrt.store.store import Store
from tagrt.types import Reason

_PAGE = 1000
_BY_REASON = {
    Reason.MEMORY.value: "memory",
    Reason.RULE.value: "rule",
    Reason.POLICY.value: "policy",
    Reason.HIDDEN.value: "policy",
}


class Account(NamedTuple):
    """One tag accounted for.

    Attributes:
        at: When it was set, UTC, ISO 8601.
        kind: ``person``, ``model``, ``memory``, ``rule`` or ``policy``.
        by: The person, or the model at work.
        key: The product's key.
        tag: The tag's id, empty if none.
        decision: `auto`, `review` or `human`; in a log also `undone`.
        why: A person's remark, the rule's reason, the corrected product, or how sure the model was.
        title: The product's title then.
    """

    at: str
    kind: str
    by: str
    key: str
    tag: str
    decision: str
    why: str
    title: str


def accounts(store: Store, kind: str = "") -> Iterator[Account]:
    """Give who or what set the present tag of every product.

    Args:
        store: An open store.
        kind: Only of this kind; all if empty.
    """
    last = 0
    while rows := store.query(
        "SELECT p.id, r.started, r.model, p.key, p.tag, p.probability, p.decision, p.reason, p.note, "
        "p.title, c.who, c.at, c.note FROM products p JOIN taggings t ON t.id = "
        "(SELECT max(id) FROM taggings WHERE product = p.id) JOIN runs r ON r.id = t.run "
        "LEFT JOIN corrections c ON c.product = p.id AND c.ended IS NULL "
        "WHERE p.id > ? ORDER BY p.id LIMIT ?",
        (last, _PAGE),
    ):
        last = rows[-1][0]
        found = (_account(row[1:]) for row in rows)
        yield from (account for account in found if not kind or account.kind == kind)


def log(store: Store, since: str = "") -> Iterator[Account]:
    """Give all that was ever decided, oldest first.

    Args:
        store: An open store.
        since: Only from this UTC time on, ISO 8601, such as ``2026-11-01``.
    """
    place = (since, 0, 0)
    statement = f"""
        SELECT * FROM (
            SELECT r.started AS at, 0 AS source, t.id AS id, r.model, p.key, t.tag, t.probability, t.decision,
                t.reason, t.note, t.title, NULL, NULL, NULL
            FROM taggings t JOIN runs r ON r.id = t.run JOIN products p ON p.id = t.product
            UNION ALL
            SELECT c.at, 1, c.id, '', p.key, c.tag, NULL, 'human', '', '', c.title, c.who, c.at, c.note
            FROM corrections c JOIN products p ON p.id = c.product
            UNION ALL
            SELECT c.ended, 2, c.id, '', p.key, c.tag, NULL, 'undone', '', '', c.title, c.who, c.ended, c.note
            FROM corrections c JOIN products p ON p.id = c.product WHERE c.ended IS NOT NULL
        ) WHERE (at, source, id) > (?, ?, ?) ORDER BY at, source, id LIMIT {_PAGE}
    """
    while rows := store.query(statement, place):
        place = rows[-1][:3]
        yield from (_account((row[0], *row[3:])) for row in rows)


def _account(row: tuple[Any, ...]) -> Account:
    at, model, key, tag, probability, decision, reason, note, title, who, decided_at, remark = row
    title = " ".join(title.split())
    if who is not None:
        changed = "its text has changed since" if reason == Reason.CHANGED.value else ""
        why = "; ".join(part for part in (remark, changed) if part)
        return Account(decided_at, "person", who, key, tag, decision, why, title)
    sure = "" if probability is None else f"probability {probability:.3f}"
    why = note or "; ".join(part for part in (reason, sure) if part)
    return Account(at, _BY_REASON.get(reason, "model"), model, key, tag, decision, why, title)
