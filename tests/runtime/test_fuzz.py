"""A short fuzz run; the long one is `python -m tests.fuzz.malformed_tables`."""

from pathlib import Path

from tests.fuzz.malformed_tables import fuzz


def test_malformed_tables_end_in_a_summary_or_one_clear_error(tmp_path: Path) -> None:
    outcomes = fuzz(400, 7, tmp_path)
    assert min(outcomes["ok"], outcomes["rows failed"], outcomes["ColumnError"]) > 10, outcomes
