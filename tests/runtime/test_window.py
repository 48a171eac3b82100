"""Rows read from any place of a table are those that a read from the start gives."""

from __future__ import annotations

import csv
import gzip
import json
import random
from pathlib import Path

import pytest

from tagrt.errors import InputFileError
from tagrt.tables.reader import open_table
from tagrt.tables.record import Record
from tagrt.tables.window import BLOCK, TableWindow

ROWS = BLOCK * 5 + 17


def rows_of(path: Path, headed: bool = True) -> list[Record]:
    with open_table(path, headed=headed) as table:
        return [record._replace(raw="") for record in table]


def check(path: Path, headed: bool = True) -> TableWindow:
    """Compare windows at many places with a read of the whole."""
    expected = rows_of(path, headed)
    window = TableWindow(path, headed=headed)
    window.index()
    assert window.complete
    assert window.rows == len(expected)
    places = [0, BLOCK - 1, BLOCK, len(expected) - 3, *random.Random(7).sample(range(len(expected)), 12)]
    for start in places:
        found = [record._replace(raw="") for record in window.read(start, 40)]
        assert found == expected[start : start + 40], start
    assert window.read(len(expected), 5) == []
    window.close()
    return window


def cells(number: int) -> list[str]:
    title = f'茶叶 "No. {number}"\nsecond line' if number % 7 == 0 else f"name {number}, red"
    return [f"{number:05}", title, "x" * (number % 50)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_cells_of_several_lines_in_any_encoding(tmp_path: Path, encoding: str, newline: str) -> None:
    path = tmp_path / "stock.csv"
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file, lineterminator=newline)
        writer.writerow(["sku", "title", "note"])
        writer.writerows(cells(n) for n in range(ROWS))
    check(path)


def test_stray_quotes_and_blank_lines_and_a_line_that_names_the_delimiter(tmp_path: Path) -> None:
    path = tmp_path / "stock.csv"
    lines = ["sep=;", "", "sku;title;note"]
    for n in range(ROWS):
        lines += [f'{n};"14 inch laptop;a' if n % 90 == 0 else f"{n};tea {n};b"] + [""] * (n % 100 == 0)
    path.write_text("\n".join(lines))
    check(path)


def test_a_quote_that_nothing_closes_is_read_as_from_the_start(tmp_path: Path) -> None:
    path = tmp_path / "stock.csv"
    lines = ["sku,title"] + [f'{n},"lost {n}' if n == BLOCK - 1 else f"{n},tea {n}" for n in range(ROWS)]
    path.write_text("\n".join(lines))
    check(path)


def test_jsonl_with_broken_and_blank_lines(tmp_path: Path) -> None:
    path = tmp_path / "stock.jsonl"
    lines = []
    for n in range(ROWS):
        lines += ["{broken" if n % 40 == 3 else json.dumps({"sku": str(n), "title": f"茶 {n}"})]
        lines += [""] * (n % 100 == 0)
    path.write_text("\n".join(lines) + "\n")
    check(path)


def test_what_is_packed_is_read_from_a_temporary_file(tmp_path: Path) -> None:
    path = tmp_path / "stock.csv.gz"
    with gzip.open(path, "wt", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["sku", "title", "note"])
        writer.writerows(cells(n) for n in range(ROWS))
    check(path)


def test_a_workbook(tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    book.active.append(["sku", "title", "note"])
    for n in range(ROWS):
        book.active.append([n, f"tea {n}", None])
    path = tmp_path / "stock.xlsx"
    book.save(path)
    check(path)


def test_the_first_rows_are_there_before_the_index_and_it_can_be_left_off(tmp_path: Path) -> None:
    path = tmp_path / "stock.csv"
    path.write_text("sku,title\n" + "".join(f"{n},tea {n}\n" for n in range(ROWS)))
    window = TableWindow(path)
    assert window.read(0, 1)[0].cells == ["0", "tea 0"]
    assert 0 < window.rows < ROWS
    window.index(stop=lambda: True)
    assert not window.complete
    assert window.rows < ROWS


def test_a_file_that_breaks_off_says_so(tmp_path: Path) -> None:
    path = tmp_path / "stock.csv.gz"
    packed = gzip.compress(
        "".join(["sku,title\n", *(f"{n},茶 {n * n}\n" for n in range(ROWS * 40))]).encode()
    )
    path.write_bytes(packed[:-2000])
    window = TableWindow(path)
    with pytest.raises(InputFileError, match="is the file complete"):
        window.index()


@pytest.mark.parametrize("name", ["stock.csv", "stock.csv.gz", "stock.xlsx"])
def test_without_a_header_the_first_row_is_a_record(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    rows = [[f"{n}", f"tea no. {n}", *["surplus"] * (n == 3)] for n in range(ROWS)]
    if name.endswith("xlsx"):
        book = pytest.importorskip("openpyxl").Workbook()
        for row in rows:
            book.active.append(row)
        book.save(path)
    else:
        text = "\n".join(",".join(row) for row in rows).encode()
        path.write_bytes(gzip.compress(text) if name.endswith("gz") else text)
    window = check(path, headed=False)
    assert window.header == ["column_1", "column_2", "column_3"]
    assert window.rows == ROWS
    assert window.sample[0].cells == ["0", "tea no. 0", ""]


def test_without_a_header_blank_rows_at_the_start_stay(tmp_path: Path) -> None:
    path = tmp_path / "stock.csv"
    path.write_text(",\n\n1,tea\n,\n2,oil\n")
    window = TableWindow(path, headed=False)
    window.index()
    assert window.rows == len(window.sample)
    window.close()
    assert [record.cells for record in window.sample] == [["", ""], ["1", "tea"], ["", ""], ["2", "oil"]]
