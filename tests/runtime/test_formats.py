"""Workbooks and Parquet files go in and come out with every row, and with the types of their cells."""

import datetime
import zipfile
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from openpyxl import Workbook, load_workbook
from pyarrow import parquet
from tests.runtime.test_durable import Counter

from tagrt.errors import InputFileError, MissingExtraError, OutputFileError, UsageError
from tagrt.run import STDOUT, RunOptions, convert, run_file
from tagrt.run.columns import ADDED
from tagrt.tables import open_table, workbook

DAY = datetime.datetime(2026, 11, 25, 8, 30)


@pytest.fixture
def book(tmp_path: Path) -> Path:
    made = Workbook()
    made.active.title = "empty"  # type: ignore[union-attr]
    sheet = made.create_sheet("商品")
    for row in (
        [],
        ["条码", "商品名称", "price", "on"],
        [6901234567892, "青岛啤酒 500ml", 5.5, DAY],
        [],
        ["0012", "=cmd", None, True, "surplus"],
    ):
        sheet.append(row)
    sheet["B5"].data_type = "s"
    made.save(tmp_path / "stock.xlsx")
    return tmp_path / "stock.xlsx"


def sheet_rows(path: Path) -> list[list[Any]]:
    return [list(row) for row in load_workbook(path).active.iter_rows(values_only=True)]  # type: ignore[union-attr]


def test_a_workbook_is_read_as_text_and_written_with_its_types(book: Path) -> None:
    with open_table(book) as table:
        assert (table.header, table.encoding.evidence) == (
            ["条码", "商品名称", "price", "on"],
            "sheet '商品'",
        )
        first, last = table
    assert first.cells == ["6901234567892", "青岛啤酒 500ml", "5.5", "2026-11-25 08:30:00"]
    assert (last.cells, last.extra, last.line) == (["0012", "=cmd", "", "TRUE"], ("surplus",), 5)
    summary = run_file(Counter(), book)
    assert (summary.rows, summary.output) == (2, book.with_name("stock.tagged.xlsx"))
    head, beer, odd = sheet_rows(book.with_name("stock.tagged.xlsx"))
    assert head[:12] == ["条码", "商品名称", "price", "on", *ADDED]
    assert beer[:12] == [
        6901234567892,
        "青岛啤酒 500ml",
        5.5,
        DAY,
        "Tag 0",
        "t/0",
        "Tag 0",
        0.5,
        "t/0",
        0.5,
        "auto",
        None,
    ]
    assert (odd[:4], odd[12]) == (["0012", "=cmd", None, True], "surplus")
    assert load_workbook(book.with_name("stock.tagged.xlsx")).active["B3"].data_type == "s"  # type: ignore[union-attr, index]
    assert sorted(p.name for p in book.parent.iterdir()) == ["stock.tagged.xlsx", "stock.xlsx"]


def test_parquet_keeps_its_types_and_gets_typed_columns(tmp_path: Path) -> None:
    source = tmp_path / "stock.parquet"
    rows = {"sku": [1, 2, 3], "title": ["tea", None, "nail"], "tags": [["a"], [], None]}
    parquet.write_table(pa.table(rows), source)
    summary = run_file(Counter(), source)
    tagged = parquet.read_table(tmp_path / "stock.tagged.parquet")
    assert {name: tagged[name].to_pylist() for name in rows} == rows
    assert tagged["probability"].to_pylist() == [0.5, 0.5, 0.5]
    assert tagged["tag_id"].to_pylist() == ["t/0", "t/1", "t/2"]
    assert (summary.rows, summary.encoding) == (3, "parquet")


def test_texts_become_workbooks_and_parquet_and_back(tmp_path: Path) -> None:
    source = tmp_path / "stock.csv"
    source.write_text('sku,title,sku\n001,=1+1,x\n002,"a\nb",y,beyond\n')
    for suffix in (".xlsx", ".parquet"):
        output = source.with_suffix(suffix)
        run_file(Counter(), source, RunOptions(output=output))
        with open_table(output) as table:
            assert table.header[:3] == ["sku", "title", "sku_2" if suffix == ".parquet" else "sku"]
            first, second = table
        assert first.cells[:3] == ["001", "=1+1", "x"]
        assert second.cells[:3] == ["002", "a\nb", "y"]
        assert "beyond" in str(second)
        run_file(Counter(), output, RunOptions(output=tmp_path / "back.csv"))
        assert "=1+1" in (tmp_path / "back.csv").read_text(encoding="utf-8-sig")


def test_what_does_not_fit_a_workbook_stays_as_csv(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = tmp_path / "stock.csv"
    source.write_text(f"title\n{'x' * 40_000}\n")
    with pytest.raises(
        OutputFileError, match=r"row 1: a cell of 40,000 characters .* every row is in .*out.csv"
    ):
        run_file(Counter(), source, RunOptions(output=tmp_path / "out.xlsx"))
    assert (tmp_path / "out.csv").read_text().count("x" * 40_000) == 1
    monkeypatch.setattr(workbook, "MAX_ROWS", 2)
    source.write_text("title\na\nb\n")
    with pytest.raises(OutputFileError, match="holds 1 rows at most"):
        run_file(Counter(), source, RunOptions(output=tmp_path / "out.xlsx"))


def test_damaged_files_are_refused(tmp_path: Path, book: Path) -> None:
    whole = book.read_bytes()
    for name, data in (
        ("cut.xlsx", whole[: len(whole) // 2]),
        ("text.xlsx", b"PK\x03\x04 no archive"),
        ("cut.parquet", b"PAR1 and then nothing"),
    ):
        (tmp_path / name).write_bytes(data)
        with pytest.raises(InputFileError, match=name):
            run_file(Counter(), tmp_path / name)


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with zipfile.ZipFile(tmp_path / "bomb.xlsx", "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/workbook.xml", b"\0" * 3_000_000)
    monkeypatch.setattr(workbook, "MAX_BYTES", 2_000_000)
    with pytest.raises(InputFileError, match="unpacks to"):
        run_file(Counter(), tmp_path / "bomb.xlsx")


def test_binary_formats_do_not_go_to_standard_output(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(UsageError, match="give --output FILE"):
        run_file(Counter(), book, RunOptions(output=STDOUT, format="xlsx"))
    run_file(Counter(), book, RunOptions(output=STDOUT))
    assert capsys.readouterr().out.startswith("条码,商品名称,price,on,tag_path")


def test_a_missing_package_is_named_before_the_work_begins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tmp_path / "stock.csv"
    source.write_text("title\ntea\n")
    monkeypatch.setattr(convert, "find_spec", lambda name: None)
    tagger = Counter()
    for suffix, extra in ((".xlsx", "excel"), (".parquet", "parquet")):
        with pytest.raises(MissingExtraError, match=rf"pip install 'tagrt\[{extra}\]'"):
            run_file(tagger, source, RunOptions(output=source.with_suffix(suffix)))
    assert (tagger.chunks, list(tmp_path.iterdir())) == (0, [source])
