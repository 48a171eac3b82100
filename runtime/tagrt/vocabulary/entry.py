"""The `[[tag]]` entries of a vocabulary file: their form, not yet their meaning in a taxonomy."""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from tagrt.errors import VocabularyError

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

_FILE_KEYS = ("shop", "tag")
_KEYS = ("name", "covers", "parent")
_NO_SLUG = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Entry:
    """One tag of a shop.

    Attributes:
        en: English name; the only name where the shop gave one.
        zh: Chinese name; the only name where the shop gave one.
        covers: Taxonomy ids whose subtrees carry this tag.
        parent: Name of the shop tag above, empty for a top-level tag.
        where: File and position, for error messages.
    """

    en: str
    zh: str
    covers: tuple[str, ...]
    parent: str
    where: str

    @property
    def slug(self) -> str:
        """The English name in lower case, other characters than letters and digits as hyphens."""
        folded = unicodedata.normalize("NFKC", self.en).lower()
        return _NO_SLUG.sub("-", folded).strip("-")


def read_entries(path: Path) -> tuple[str, list[Entry]]:
    """Read a vocabulary file.

    Args:
        path: A TOML file.

    Returns:
        The shop's name (may be empty) and the entries in file order.

    Raises:
        VocabularyError: If the file is missing, is no TOML, or an entry is malformed.
    """
    table = _read_toml(path)
    _refuse_unknown_keys(table, _FILE_KEYS, str(path))
    shop, tags = table.get("shop", {}), table.get("tag", [])
    if not isinstance(shop, dict) or not isinstance(tags, list) or not tags:
        raise VocabularyError(f"{path}: a vocabulary needs at least one [[tag]] entry")
    return str(shop.get("name", "")), [_entry(path, i, tag) for i, tag in enumerate(tags, start=1)]


def unknown(word: str, known: tuple[str, ...], what: str, where: str) -> VocabularyError:
    """Return an error for an unknown word that names the closest known one."""
    close = get_close_matches(word, known, n=1, cutoff=0.0)
    hint = f"; did you mean '{close[0]}'?" if close else ""
    return VocabularyError(f"{where}: unknown {what} '{word}'{hint}")


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise VocabularyError(f"{path}: cannot read the vocabulary: {error.strerror}") from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise VocabularyError(f"{path}: not a TOML file in UTF-8: {error}") from error


def _entry(path: Path, number: int, table: object) -> Entry:
    where = f"{path}: [[tag]] number {number}"
    if not isinstance(table, dict):
        raise VocabularyError(f"{where}: write each tag as a [[tag]] table")
    en, zh = _names(table.get("name"), where)
    where = f"{where} ('{en}')"
    _refuse_unknown_keys(table, _KEYS, where)
    covers, parent = table.get("covers", []), table.get("parent", "")
    if not isinstance(covers, list) or not all(isinstance(cover, str) for cover in covers):
        raise VocabularyError(f"{where}: 'covers' must be a list of taxonomy ids in quotes")
    if not isinstance(parent, str):
        raise VocabularyError(f"{where}: 'parent' must be the name of another entry")
    return Entry(en, zh, tuple(covers), parent, where)


def _names(name: object, where: str) -> tuple[str, str]:
    names = {"en": name, "zh": name} if isinstance(name, str) else name
    if not isinstance(names, dict) or not names or set(names) - {"en", "zh"}:
        raise VocabularyError(f"{where}: 'name' must be a text, or a table of texts under en and zh")
    if not all(isinstance(value, str) and _NO_SLUG.sub("", value) for value in names.values()):
        raise VocabularyError(f"{where}: a name must be a text with at least one letter or digit")
    return names.get("en") or names["zh"], names.get("zh") or names["en"]


def _refuse_unknown_keys(table: Mapping[str, object], known: tuple[str, ...], where: str) -> None:
    for key in table:
        if key not in known:
            raise unknown(key, known, "key", where)
