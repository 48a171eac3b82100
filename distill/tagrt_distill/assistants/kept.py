"""What slow members said of texts, kept by text in the run folder."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

Table = dict[str, np.ndarray[Any, Any]]
"""Arrays by name, one row per text."""

PORTION = 16_384
"""Texts that are asked for and written together: a cut costs one portion at most."""


class KeptAnswers:
    """A folder of answered texts.

    A run that was cut asks only for what it has not got, and another draw of rows only for its new texts.
    Texts are known by a hash of 64 bits.
    """

    def __init__(self, folder: Path) -> None:
        """Open a folder, made if need be."""
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._parts = [dict(np.load(path)) for path in sorted(folder.glob("*.npz"))]
        self._place = {
            key: (number, row)
            for number, part in enumerate(self._parts)
            for row, key in enumerate(part["text"].tolist())
        }

    def get(self, texts: Sequence[str]) -> Table:
        """Return the answers to known texts, in their order.

        Raises:
            KeyError: If a text is not known.
        """
        places = [self._place[key] for key in _keys(texts)]
        numbers, rows = np.array(places, dtype=np.int64).reshape(-1, 2).T
        names = [name for name in self._parts[0] if name != "text"] if self._parts else []
        found: Table = {}
        for name in names:
            like = self._parts[0][name]
            column = np.zeros((len(texts), *like.shape[1:]), like.dtype)
            for number, part in enumerate(self._parts):
                chosen = numbers == number
                column[chosen] = part[name][rows[chosen]]
            found[name] = column
        return found

    def fill(self, texts: Sequence[str], ask: Callable[[list[str]], Table]) -> None:
        """Ask for the texts that are not known, portion by portion.

        Args:
            texts: Normalised texts.
            ask: Answers texts: arrays by name, one row per text.
        """
        missing = self.missing(texts)
        for start in range(0, len(missing), PORTION):
            portion = missing[start : start + PORTION]
            self._add({"text": np.array(_keys(portion), dtype=np.uint64), **ask(portion)})

    def missing(self, texts: Sequence[str]) -> list[str]:
        """Return the texts that are not known, each once."""
        return [
            text
            for text, key in dict(zip(texts, _keys(texts), strict=True)).items()
            if key not in self._place
        ]

    def _add(self, part: Table) -> None:
        number = len(self._parts)
        path = self.folder / f"{number:04d}.npz"
        beside = path.with_suffix(".part")
        with beside.open("wb") as file:
            np.savez(file, **part)  # type: ignore[arg-type]
        os.replace(beside, path)
        self._parts.append(part)
        self._place.update((key, (number, row)) for row, key in enumerate(part["text"].tolist()))


def _keys(texts: Sequence[str]) -> list[int]:
    return [
        int.from_bytes(hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=8).digest(), "big")
        for text in texts
    ]
