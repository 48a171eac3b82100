"""What a peer is: one adapter around what somebody would use instead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Protocol

import numpy as np

from tagrt.taxonomy import Taxonomy
from tagrt_distill.corpus.row import Row

Masses = np.ndarray[Any, np.dtype[np.float32]]


@dataclass(frozen=True, slots=True)
class Setting:
    """What a peer is given.

    Attributes:
        taxonomy: The tree.
        threads: Threads it may use.
        folder: Its own folder, for what `fit` leaves and `load` reads.
        bundle: Folder of the shipped peer's bundle.
        student: Folder of a student's checkpoint, if given.
        teacher: Folder of a teacher's checkpoint, if given.
        encoder_rows: Rows at most for peers that embed each one.
    """

    taxonomy: Taxonomy
    threads: int
    folder: Path
    bundle: Path
    student: Path | None = None
    teacher: Path | None = None
    encoder_rows: int = 20_000


class Unavailable(Exception):
    """A peer cannot be measured here; the message says what it lacks."""


class Peer(Protocol):
    """An adapter.

    Attributes:
        title: Its name for readers.
        licence: Licence of its code and of weights that it brings.
        needs: Distributions whose versions and sizes are told.
        modules: Modules that have to be there.
        note: What a reader has to know to judge its figures.
        speed_only: Its weights are random: its tags mean nothing.
        together: Texts that it reads at once, whatever it is given; 0 if it takes them as they come.
        normalises: Whether it normalises texts itself, and so takes those of a file as they are.
    """

    title: ClassVar[str]
    licence: ClassVar[str]
    needs: ClassVar[tuple[str, ...]]
    modules: ClassVar[tuple[str, ...]]
    note: ClassVar[str]
    speed_only: ClassVar[bool]
    together: ClassVar[int]
    normalises: ClassVar[bool]

    def __init__(self, setting: Setting) -> None:
        """Keep the setting; nothing is loaded yet."""
        ...

    def fit(self, rows: Sequence[Row]) -> int:
        """Train on rows, or make ready what needs no training, and leave it in the folder.

        Returns:
            The number of rows that were used.

        Raises:
            Unavailable: If something is not there.
        """
        ...

    def load(self) -> None:
        """Read from the folder what `fit` left."""
        ...

    def predict(self, texts: Sequence[str]) -> list[str]:
        """Return the most probable tag of each normalised text by the peer's quickest way."""
        ...

    def masses(self, texts: Sequence[str]) -> Masses:
        """Return float32 [texts, nodes]: the probability of each subtree."""
        ...

    def size(self) -> int:
        """Return the bytes that have to be shipped beside the installed packages."""
        ...


class Base:
    """What most adapters share."""

    licence: ClassVar[str] = "Apache-2.0"
    needs: ClassVar[tuple[str, ...]] = ()
    modules: ClassVar[tuple[str, ...]] = ()
    note: ClassVar[str] = ""
    speed_only: ClassVar[bool] = False
    together: ClassVar[int] = 0
    normalises: ClassVar[bool] = False

    def __init__(self, setting: Setting) -> None:
        """Keep the setting."""
        self.setting = setting
        self.taxonomy = setting.taxonomy

    def fit(self, rows: Sequence[Row]) -> int:
        """Use no row."""
        return 0

    def masses(self, texts: Sequence[str]) -> Masses:
        """Tell nothing: for peers whose tags mean nothing."""
        raise NotImplementedError

    def size(self) -> int:
        """Return the bytes of all files in the folder."""
        return folder_bytes(self.setting.folder)


def folder_bytes(folder: Path) -> int:
    """Return the bytes of all files below a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def best_ids(masses: Masses, taxonomy: Taxonomy) -> list[str]:
    """Return the id of each row's best leaf."""
    from tagrt.inference.decode import Decoder

    nodes = Decoder(taxonomy).decode(masses).nodes
    return [taxonomy.ids[int(path[path >= 0][-1])] for path in nodes]
