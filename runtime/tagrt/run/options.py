"""What a run is asked to do, and how far it has come."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from tagrt.tables.columns import ColumnNames
from tagrt.tables.format import Format
from tagrt.types import Language

STDOUT = Path("-")
"""As output: write to standard output."""

_TAB_SUFFIXES = (".tsv", ".tab")


@dataclass(frozen=True, slots=True)
class RunOptions:
    """Options of a run; what is None is found or chosen.

    Attributes:
        columns: Columns the caller named.
        encoding: Encoding of the input.
        delimiter: Delimiter of the input.
        headed: Whether the first row of the file names its columns.
        language: Language of the tag names written.
        format: ``csv``, ``jsonl``, ``xlsx`` or ``parquet``; as the input if None.
        output: The file to write, or `STDOUT`; beside the input if None.
        resume: Go on with an unfinished run of the same input, model and options if there is one.
        sanitize: Disarm cells of the input that a spreadsheet would take for a formula.
        store: Keep products and taggings in this store, and honour what people decided there.
    """

    columns: ColumnNames = field(default_factory=ColumnNames)
    encoding: str | None = None
    delimiter: str | None = None
    headed: bool = True
    language: Language = Language.EN
    format: str | None = None
    output: Path | None = None
    resume: bool = False
    sanitize: bool = False
    store: Path | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run has come.

    Attributes:
        rows: Rows written.
        bytes_read: Bytes of the input read.
        bytes_total: Size of the input.
        seconds: Time since the start.
        auto: Rows that need no person.
        review: Rows a person should look at.
        human: Rows that a person decided on.
        failed: Rows that could not be read.
        resumed: Rows that an earlier run had written.
        top_tags: The most frequent tags with their rows, the first ones first.
    """

    rows: int
    bytes_read: int
    bytes_total: int
    seconds: float
    auto: int = 0
    review: int = 0
    human: int = 0
    failed: int = 0
    resumed: int = 0
    top_tags: tuple[tuple[str, int], ...] = ()

    @property
    def share(self) -> float:
        """How much of the input is read, from 0 to 1."""
        return min(self.bytes_read / self.bytes_total, 1.0) if self.bytes_total else 1.0

    @property
    def rows_per_second(self) -> float:
        """Rows that this run wrote per second."""
        return (self.rows - self.resumed) / max(self.seconds, 1e-9)

    @property
    def seconds_left(self) -> float:
        """Time to the end at this pace; 0 while there is no telling."""
        new = self.share * (self.rows - self.resumed) / self.rows if self.rows else 0.0
        return self.seconds * (1 - self.share) / new if new else 0.0


def default_output(source: Path, output_format: Format) -> Path:
    """Return where the output goes: ``stock.csv.gz`` -> ``stock.tagged.csv``.

    Args:
        source: The input file.
        output_format: Decides its suffix.

    Returns:
        A path beside the input.
    """
    name = Path(source.name[:-3]) if source.suffix.lower() == ".gz" else Path(source.name)
    tabs = output_format is Format.CSV and name.suffix.lower() in _TAB_SUFFIXES
    return source.with_name(f"{name.stem}.tagged.{'tsv' if tabs else output_format.value}")


def rejected_output(target: Path) -> Path:
    """Return where rows that could not be read whole go: ``stock.tagged.csv`` -> ``stock.rejected.csv``."""
    return target.with_name(f"{target.stem.removesuffix('.tagged')}.rejected.csv")
