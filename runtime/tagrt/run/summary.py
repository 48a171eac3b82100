"""What a run did: counts, choices made, and the table that is shown at its end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tagrt.tables.record import Record
from tagrt.types import Decision, ExitCode, Language, Tagging

_COUNTS = ("rows", "auto", "review", "human", "failed", "damaged", "failures", "top_tags")
_TOP_TAGS = 5
_LISTED_FAILURES = 10
_DELIMITER_NAMES = {",": "comma", "\t": "tab", ";": "semicolon", "|": "pipe", "": "none (JSONL)"}


@dataclass(slots=True)
class Summary:
    """Counts of a run, and what it read and wrote.

    Attributes:
        source: The input file.
        output: The file written, None for standard output.
        encoding: Encoding of the input.
        evidence: What spoke for that encoding.
        delimiter: Delimiter of the input, empty for JSONL.
        dialect: The system the headers gave away.
        columns: Field -> header name of the columns read.
        renamed: Added columns that had to be named otherwise.
        rows: Rows written.
        auto: Rows that need no person.
        review: Rows a person should look at, those that failed included.
        human: Rows that a person decided on, as the store knows.
        failed: Rows that could not be read; they are in the output.
        damaged: Rows that were read but had broken bytes or quotes.
        failures: The first of both, as ``row 7, line 8: why``.
        top_tags: Rows per decided tag.
        seconds: Time taken.
        rejected: The file that lists rows failed and damaged; None where there is none.
        resumed: Rows that an earlier run had written.
        stages: CPU seconds by stage.
    """

    source: Path
    output: Path | None
    encoding: str
    evidence: str
    delimiter: str
    dialect: str
    columns: dict[str, str]
    renamed: dict[str, str]
    rows: int = 0
    auto: int = 0
    review: int = 0
    human: int = 0
    failed: int = 0
    damaged: int = 0
    failures: list[str] = field(default_factory=list)
    top_tags: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0
    rejected: Path | None = None
    resumed: int = 0
    stages: dict[str, float] = field(default_factory=dict)

    @property
    def rows_per_second(self) -> float:
        """Rows written per second."""
        return (self.rows - self.resumed) / self.seconds if self.seconds else 0.0

    def counts(self) -> dict[str, Any]:
        """Return what `restore` takes, as JSON can hold it."""
        counts = {name: getattr(self, name) for name in _COUNTS}
        return {**counts, "failures": [*self.failures], "top_tags": {**self.top_tags}}

    def restore(self, counts: Mapping[str, Any]) -> None:
        """Go on from the counts of an unfinished run."""
        for name in _COUNTS:
            setattr(self, name, counts[name])
        self.top_tags = Counter(self.top_tags)
        self.resumed = self.rows

    @property
    def exit_code(self) -> ExitCode:
        """`ExitCode.ROWS_FAILED` if any row could not be read, or not without damage."""
        return ExitCode.ROWS_FAILED if self.failed or self.damaged else ExitCode.OK

    def count(self, record: Record, tagging: Tagging, language: Language) -> None:
        """Add one row that was written."""
        self.rows += 1
        if tagging.decision is Decision.REVIEW:
            self.review += 1
        elif tagging.decision is Decision.HUMAN:
            self.human += 1
        else:
            self.auto += 1
        if tagging.tag:
            self.top_tags[tagging.tag.name(language)] += 1
        trouble = record.error or record.damage
        if not trouble:
            return
        self.failed += bool(record.error)
        self.damaged += bool(record.damage)
        if len(self.failures) < _LISTED_FAILURES:
            row = "" if record.number == record.line else f"row {record.number}, "
            self.failures.append(f"{row}line {record.line}: {trouble}")


def render_summary(summary: Summary) -> str:
    """Return the closing table, a line per fact, and the rows that failed below it."""
    facts = [
        ("read", f"{summary.source}"),
        ("as", f"{summary.encoding} ({summary.evidence}), delimiter {_delimiter(summary.delimiter)}"),
        ("columns", f"{_columns(summary.columns)}  [{summary.dialect} headers]"),
        ("rows", f"{summary.rows:,}"),
        ("auto", _share(summary.auto, summary.rows)),
        ("review", _share(summary.review, summary.rows)),
        *([("human", _share(summary.human, summary.rows))] * bool(summary.human)),
        ("failed", f"{summary.failed:,}"),
        *([("damaged", f"{summary.damaged:,}  (decision review, reason damaged)")] * bool(summary.damaged)),
        ("top tags", _top(summary.top_tags)),
        ("speed", f"{summary.rows_per_second:,.0f} rows/s, {summary.seconds:.1f} s in all"),
        ("written", "standard output" if summary.output is None else f"{summary.output}"),
        *([("rejected", f"{summary.rejected}  (these rows are in the output too)")] * bool(summary.rejected)),
        *([("resumed", f"{summary.resumed:,} rows were there from an earlier run")] * bool(summary.resumed)),
    ]
    if summary.renamed:
        facts.append(("renamed", f"{_columns(summary.renamed)}  (the input has such columns)"))
    lines = [f"{name:<9} {text}" for name, text in facts]
    more = summary.failed + summary.damaged - len(summary.failures)
    return "\n".join([*lines, *summary.failures, *([f"and {more:,} more"] if more else [])])


def render_profile(summary: Summary) -> str:
    """Return the share of each stage in the run's CPU time, a line per stage."""
    total = sum(summary.stages.values()) or 1.0
    new = max(1, summary.rows - summary.resumed)
    lines = [
        f"{name:<10} {seconds / total:6.1%} {seconds:9.2f} s {seconds / new * 1e6:8.1f} µs a row"
        for name, seconds in summary.stages.items()
    ]
    head = f"{'stage':<10} {'share':>6} {'CPU time':>11}"
    foot = f"{'all':<10} {1:6.1%} {total:9.2f} s {total / new * 1e6:8.1f} µs a row"
    return "\n".join([head, *lines, foot])


def _delimiter(delimiter: str) -> str:
    return _DELIMITER_NAMES.get(delimiter, repr(delimiter))


def _columns(columns: dict[str, str]) -> str:
    return ", ".join(f"{field}={' '.join(name.split())}" for field, name in columns.items())


def _share(count: int, rows: int) -> str:
    return f"{count:,} ({count / rows:.0%})" if rows else "0"


def _top(tags: Counter[str]) -> str:
    return ", ".join(f"{name} {count:,}" for name, count in tags.most_common(_TOP_TAGS)) or "none"
