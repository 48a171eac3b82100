"""The form of a policy file; what its tags mean is seen where it meets a taxonomy."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from tagrt.errors import PolicyError
from tagrt.text import normalise

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

_FIELDS = ("title", "brand", "category")
_KEYS = {
    "rule": (*_FIELDS, "tag", "reason"),
    "review": ("tags", "reason"),
    "hide": ("words", "reason"),
}


@dataclass(frozen=True, slots=True)
class Rule:
    """A pinned rule: a product that fits all of its conditions gets its tag.

    Attributes:
        title: Texts of which the title has at least one; none for any title.
        brand: Brands of which the product has one.
        category: Texts of which the shop's own category has at least one.
        tag: The tag, as the file names it.
        reason: Why the shop wants it so.
        where: File and position, for error messages.
    """

    title: tuple[str, ...]
    brand: tuple[str, ...]
    category: tuple[str, ...]
    tag: str
    reason: str
    where: str


@dataclass(frozen=True, slots=True)
class Listed:
    """Tags for a person, or words that are never shown.

    Attributes:
        words: Tags as the file names them, or the words.
        reason: Why the shop wants it so.
        where: File and position, for error messages.
    """

    words: tuple[str, ...]
    reason: str
    where: str


def read_policy(text: str, origin: str) -> tuple[list[Rule], list[Listed], list[Listed]]:
    """Return the pinned rules, the tags for a person and the hidden words of a policy.

    Args:
        text: TOML.
        origin: Path for error messages.

    Raises:
        PolicyError: If it is no TOML, or an entry is malformed or lacks a reason.
    """
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise PolicyError(f"{origin}: not a TOML file: {error}") from error
    for key in table:
        if key not in _KEYS:
            raise PolicyError(f"{origin}: unknown table '{key}'{_hint(key, tuple(_KEYS))}")
    rules = [_rule(entry, where) for entry, where in _entries(table, "rule", origin)]
    reviews = [_listed(entry, "tags", where) for entry, where in _entries(table, "review", origin)]
    hidden = [_listed(entry, "words", where) for entry, where in _entries(table, "hide", origin)]
    if not (rules or reviews or hidden):
        raise PolicyError(f"{origin}: a policy needs at least one [[rule]], [[review]] or [[hide]]")
    return rules, reviews, hidden


def _entries(table: Mapping[str, Any], kind: str, origin: str) -> list[tuple[dict[str, Any], str]]:
    entries = table.get(kind, [])
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise PolicyError(f"{origin}: write each entry as a [[{kind}]] table")
    numbered = [(entry, f"{origin}: [[{kind}]] number {n}") for n, entry in enumerate(entries, start=1)]
    for entry, where in numbered:
        for key in entry:
            if key not in _KEYS[kind]:
                raise PolicyError(f"{where}: unknown key '{key}'{_hint(key, _KEYS[kind])}")
    return numbered


def _rule(entry: Mapping[str, Any], where: str) -> Rule:
    title, brand, category = (_texts(entry, key, where, required=False) for key in _FIELDS)
    if not (title or brand or category):
        raise PolicyError(f"{where}: say what it fits: title, brand or category")
    return Rule(title, brand, category, _text(entry, "tag", where), _text(entry, "reason", where), where)


def _listed(entry: Mapping[str, Any], key: str, where: str) -> Listed:
    return Listed(_texts(entry, key, where), _text(entry, "reason", where), where)


def _text(entry: Mapping[str, Any], key: str, where: str) -> str:
    value = entry.get(key)
    if not isinstance(value, str) or not value.strip():
        what = "every entry needs a reason, which is shown with it" if key == "reason" else "a text in quotes"
        raise PolicyError(f"{where}: '{key}' is missing: {what}")
    return value.strip()


def _texts(entry: Mapping[str, Any], key: str, where: str, required: bool = True) -> tuple[str, ...]:
    value = entry.get(key, [])
    values: Sequence[object] = [value] if isinstance(value, str) else value
    if not isinstance(values, list) or not all(isinstance(t, str) and normalise(t) for t in values):
        raise PolicyError(f"{where}: '{key}' must be a text or a list of texts in quotes")
    if required and not values:
        raise PolicyError(f"{where}: '{key}' is missing")
    return tuple(str(text) for text in values)


def _hint(word: str, known: tuple[str, ...]) -> str:
    close = get_close_matches(word, known, n=1, cutoff=0.0)
    return f"; did you mean '{close[0]}'?" if close else ""
