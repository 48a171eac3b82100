"""Writing loses no cell and leaves no half file."""

import csv
import json
import re
from io import StringIO
from pathlib import Path

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from tagrt.tables import Record, open_table
from tagrt.tables.writer import CsvWriter, JsonlWriter, added_names, unique_names

CELL = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
WIDTH = 3


@settings(max_examples=150, deadline=None)
@given(
    rows=st.lists(st.lists(CELL, min_size=1, max_size=5), max_size=8),
    delimiter=st.sampled_from([",", "\t", ";", "|"]),
    newline=st.sampled_from(["\n", "\r\n"]),
)
@example(rows=[["", "|", "\r", "", ""]], delimiter="|", newline="\n")
def test_csv_cells_come_back_as_they_went_in(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]], delimiter: str, newline: str
) -> None:
    assume(not any(_could_be_two_rows(row, delimiter) for row in rows))
    _check_round_trip(tmp_path_factory.mktemp("csv") / "t.csv", rows, delimiter, newline)


@pytest.mark.parametrize(
    "cell", ["1 Main St, Flat 2\nYork", ",\r", 'a "b", c\nd, e\nf', "x,\n,y", "\n,,,,\n"]
)
def test_cells_of_several_lines_with_delimiters_stay_whole(tmp_path: Path, cell: str) -> None:
    _check_round_trip(tmp_path / "t.csv", [["1", cell, "2"], ["3", "tea", "4"]], ",", "\n")


def _could_be_two_rows(row: list[str], delimiter: str) -> bool:
    """Whether a row with a cell of several lines could be rows with a stray quote each; see `read_rows`."""
    text = StringIO()
    record = _record(1, row)
    csv.writer(text, delimiter=delimiter).writerow([*record.cells, "food", *record.extra])
    lines = re.split("\r\n|\r|\n", text.getvalue().removesuffix("\r\n"))
    across = any(delimiter in cell and {"\r", "\n"} & set(cell) for cell in row)
    return across and all(line.count(delimiter) >= WIDTH for line in lines)


def _check_round_trip(path: Path, rows: list[list[str]], delimiter: str, newline: str) -> None:
    records = [_record(number, row) for number, row in enumerate(rows, 1)]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = CsvWriter(file, delimiter, newline)
        writer.header(["sku", "title", "price"], ["tag"])
        for record in records:
            writer.write(record, ["food"])
    with open_table(path, encoding="utf-8", delimiter=delimiter) as table:
        assert table.header == ["sku", "title", "price", "tag"]
        found = list(table)
    assert [r.cells for r in found] == [[*r.cells, "food"] for r in records]
    assert [r.extra for r in found] == [r.extra for r in records]


def _record(number: int, row: list[str]) -> Record:
    return Record(number, (row + [""] * WIDTH)[:WIDTH], tuple(row[WIDTH:]))


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(CELL, st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | CELL))
def test_jsonl_objects_keep_their_text_to_the_letter(fields: dict[str, object]) -> None:
    raw = json.dumps(fields)
    out = StringIO()
    JsonlWriter(out, [], ["tag_new_"]).write(Record(1, [], raw=raw), ["food"])
    assert out.getvalue().startswith(raw[:-1])
    assert json.loads(out.getvalue()) == {**fields, "tag_new_": "food"}


def test_added_cells_are_never_formulas_and_input_cells_are_left_alone() -> None:
    out = StringIO()
    CsvWriter(out, ",", "\n").write(Record(1, ["=1+1"]), ["=cmd()", "-x", 0.5, None])
    assert next(csv.reader([out.getvalue()])) == ["=1+1", "'=cmd()", "'-x", "0.5000", ""]


def test_sanitizing_disarms_input_cells_and_leaves_numbers() -> None:
    out = StringIO()
    writer = CsvWriter(out, ",", "\n", sanitize=True)
    writer.write(Record(1, ["=cmd|' /C calc'!A0", "-2+3", "-5.50", "+86 138 0000", "@SUM(1)"], ("\tx",)), [])
    cells = next(csv.reader([out.getvalue()]))
    assert cells == ["'=cmd|' /C calc'!A0", "'-2+3", "-5.50", "+86 138 0000", "'@SUM(1)", "'\tx"]


def test_clashing_names_get_a_suffix() -> None:
    assert added_names(["Tag", "sku"], ["tag", "tag_id"]) == {"tag": "tag_tagrt", "tag_id": "tag_id"}
    assert added_names(["tag", "tag_tagrt"], ["tag"]) == {"tag": "tag_tagrt_2"}
    assert unique_names(["a", "", "a", "a_2"]) == ["a", "column_2", "a_2", "a_2_2"]
