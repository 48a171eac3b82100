"""What an update did: counts for the screen, every change as a line of a file."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from tagrt.run.durable import explained
from tagrt.store.change import Change
from tagrt.tables.record import Record
from tagrt.tables.writer import CsvWriter
from tagrt.types import ExitCode

COLUMNS = (
    "change", "key", "title", "title_before", "tag_id", "tag_id_before", "decision", "reason", "note",
)  # fmt: skip
_LISTED = 20
_KINDS = {
    "added": "new products",
    "retagged": "products with another tag than before",
    "kept": "products with a changed text and the same tag",
    "decided": "products with the same text and tag, decided otherwise than before",
    "locked": "products whose text changed after a person decided: that tag stands, for review",
    "vanished": "products that are no longer in the file; they stay in the store",
    "returned": "products that had vanished and are back",
}


@dataclass(slots=True)
class UpdateReport:
    """Counts of an update.

    Attributes:
        source: The file; None where only the store was gone through.
        model: What people call the model.
        store: The store.
        rows: Rows of the file.
        unchanged: Rows whose product is as before.
        untitled: Rows without a title.
        failed: Rows that could not be read.
        damaged: Rows that were read but had broken bytes or quotes.
        failures: The first of both, as ``line 8: why``.
        retagged_rows: Products of the store that went through the model again.
        changes: Number of changes by kind.
        moved: Tag before, tag now and number of products.
        other_model: Products whose tag is another model's.
        context: What stands over the model, in words.
        written: The file with every change.
        rejected: The file with rows failed and damaged; None where there is none.
        seconds: Time taken.
    """

    source: Path | None
    model: str
    store: Path
    rows: int = 0
    unchanged: int = 0
    untitled: int = 0
    failed: int = 0
    damaged: int = 0
    failures: list[str] = field(default_factory=list)
    retagged_rows: int = 0
    changes: dict[str, int] = field(default_factory=dict)
    moved: list[tuple[str, str, int]] = field(default_factory=list)
    other_model: int = 0
    context: str = ""
    written: Path | None = None
    rejected: Path | None = None
    seconds: float = 0.0

    @property
    def exit_code(self) -> ExitCode:
        """`ExitCode.ROWS_FAILED` if any row could not be read, or not without damage."""
        return ExitCode.ROWS_FAILED if self.failed or self.damaged else ExitCode.OK


def render_report(report: UpdateReport) -> str:
    """Return the report, a line per fact."""
    facts = [
        ("store", f"{report.store}"),
        ("model", report.model),
        *([("over it", report.context)] * bool(report.context)),
    ]
    if report.source:
        facts += [
            ("read", f"{report.source}: {report.rows:,} rows"),
            ("unchanged", f"{report.unchanged:,}  rows whose product is as before"),
        ]
    facts += [(kind, f"{count:,}  {_KINDS[kind]}") for kind, count in report.changes.items() if count]
    if not any(report.changes.values()):
        facts.append(("changes", "none"))
    facts += _notices(report)
    lines = [f"{name:<9} {text}" for name, text in facts]
    return "\n".join([*lines, *_moved(report.moved), *report.failures])


def _notices(report: UpdateReport) -> list[tuple[str, str]]:
    vanished = report.changes.get("vanished", 0)
    notices = [
        (report.retagged_rows, "again", f"{report.retagged_rows:,} products of the store were tagged again"),
        (report.untitled, "untitled", f"{report.untitled:,} rows have no title: they are not in the store"),
        (report.failed, "failed", f"{report.failed:,} rows could not be read: nothing counts as vanished"),
        (report.damaged, "damaged", f"{report.damaged:,} rows have broken bytes or quotes"),
        (report.rejected, "rejected", f"{report.rejected}"),
        (
            report.other_model,
            "note",
            f"{report.other_model:,} products have their tag from another model: "
            f"tagrt update --store {report.store}  asks {report.model} about them",
        ),
        (
            vanished > report.rows and report.source,
            "note",
            "more vanished than the file has rows: if it holds only a part of the shop, use --partial; "
            "an update with the whole file brings them back",
        ),
        (True, "speed", f"{report.seconds:.1f} s"),
        (report.written, "written", f"{report.written}"),
    ]
    return [(name, text) for shown, name, text in notices if shown]


def _moved(moved: list[tuple[str, str, int]]) -> list[str]:
    lines = [f"{count:>9,}  {before or '-'} -> {after or '-'}" for before, after, count in moved[:_LISTED]]
    more = len(moved) - len(lines)
    return ["moved tags", *lines, *([f"          and {more:,} more pairs"] if more else [])] if moved else []


def write_changes(path: Path, changes: Iterable[Change]) -> None:
    """Write every change as a row of a CSV that appears whole.

    Raises:
        OutputFileError: If the file cannot be written.
    """
    part = path.with_name(f".{path.name}.part")
    try:
        with part.open("w", encoding="utf-8", errors="backslashreplace", newline="") as file:
            file.write("\ufeff")  # spreadsheets take UTF-8 without a mark for the local code page
            writer = CsvWriter(file, ",", "\n", sanitize=True)
            writer.header(COLUMNS, ())
            for number, change in enumerate(changes, start=1):
                writer.write(Record(number, [str(cell) for cell in change]), ())
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise explained(path, error) from error
