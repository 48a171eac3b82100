"""Reading loses no row: odd quotes, ragged rows, NUL bytes, bad bytes, broken JSON, broken archives."""

import gzip
from pathlib import Path

import pytest

from tagrt.errors import InputFileError, UsageError
from tagrt.tables import Record, Table, open_table
from tagrt.tables.delimited import MAX_RECORD
from tagrt.tables.dialect import detect_delimiter
from tagrt.tables.format import Format


def written(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def records(path: Path, **options: str) -> tuple[Table, list[Record]]:
    with open_table(path, **options) as table:
        return table, list(table)


def rows(path: Path, **options: str) -> list[list[str]]:
    return [record.cells for record in records(path, **options)[1]]


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_delimiter_is_found_despite_others_in_the_cells(tmp_path: Path, delimiter: str) -> None:
    lines = [["sku", "title"], ["1", '"a;b,c|d\te ""x"""'], ["2", '"two\nlines, with comma"']]
    path = written(tmp_path, "t.csv", "\n".join(delimiter.join(line) for line in lines))
    table, found = records(path)
    assert table.delimiter == delimiter
    assert [record.cells for record in found] == [["1", 'a;b,c|d\te "x"'], ["2", "two\nlines, with comma"]]


def test_single_column_with_commas_in_the_titles_is_not_cut() -> None:
    assert detect_delimiter("title\nApple, red\nPear, green, ripe\nTea\n") != ","
    assert detect_delimiter('title\n"Apple, red"\nTea\n') == ","


def test_ragged_rows_are_padded_and_surplus_cells_kept(tmp_path: Path) -> None:
    _, found = records(written(tmp_path, "t.csv", "sku,title,price\n1,Tea\n2,Milk,3,x,y\n\n,,\n"))
    assert [(r.cells, r.extra) for r in found] == [
        (["1", "Tea", ""], ()),
        (["2", "Milk", "3"], ("x", "y")),
        (["", "", ""], ()),
    ]


def test_unclosed_quote_costs_no_other_row(tmp_path: Path) -> None:
    path = written(tmp_path, "t.csv", 'sku,title\n1,"5 inch pipe\n2,Tea\n3,"Milk, fresh"\n4,Rice')
    assert rows(path) == [["1", '"5 inch pipe'], ["2", "Tea"], ["3", "Milk, fresh"], ["4", "Rice"]]


def test_malformed_quotes_within_a_line_keep_the_columns(tmp_path: Path) -> None:
    path = written(tmp_path, "t.csv", 'sku,title,price\n1,"Large" towel,2\n2,"Rug, 3"" thick",4\n')
    assert rows(path) == [["1", '"Large" towel', "2"], ["2", 'Rug, 3" thick', "4"]]


def test_two_stray_quotes_far_apart_swallow_nothing_between_them(tmp_path: Path) -> None:
    between = [f"{n},item {n},brand" for n in range(2000)]
    lines = ["sku,title,brand", '1,"14in laptop,x', *between, '2002,monitor 27",y', "2003,phone,z"]
    _, found = records(written(tmp_path, "t.csv", "\n".join(lines)))
    assert len(found) == 2003
    assert found[0].cells == ["1", '"14in laptop', "x"]
    assert found[2001].cells == ["2002", 'monitor 27"', "y"]


def test_text_of_several_lines_stays_one_cell(tmp_path: Path) -> None:
    text = 'sku,title,notes\n1,Tea,"Soft, warm\nand light, with care\nmade, sold, kept"\n2,Rice,\n'
    assert rows(written(tmp_path, "t.csv", text)) == [
        ["1", "Tea", "Soft, warm\nand light, with care\nmade, sold, kept"],
        ["2", "Rice", ""],
    ]


def test_backslash_escapes_and_open_quotes_keep_the_columns(tmp_path: Path) -> None:
    text = 'title,brand\n"a \\"big\\" laptop, black",x\n"Cable, 2m","5 pipe\n'
    found = records(written(tmp_path, "t.csv", text))[1]
    assert [r.cells for r in found] == [['a \\"big\\" laptop, black', "x"], ["Cable, 2m", '"5 pipe']]
    assert not any(r.damage for r in found)


def test_what_could_not_be_kept_is_said(tmp_path: Path) -> None:
    content = "sku,title\n1,Tee é\n2,Tee ü\n".encode() + b"3,caf\xe9\n4,us\0b\n5,Tea\n"
    table, found = records(written(tmp_path, "t.csv", content))
    assert table.encoding.name == "utf-8"
    assert [bool(r.damage) for r in found] == [False, False, True, True, False]
    broken = records(written(tmp_path, "t.jsonl", b'{"title": "caf\xe9"}\n' + '{"title": "茶é"}\n'.encode()))[
        1
    ]
    assert [bool(r.damage) for r in broken] == [True, False]


def test_excels_separator_line_is_no_header(tmp_path: Path) -> None:
    table, found = records(written(tmp_path, "t.csv", "sep=;\r\nsku;title\r\n1;Tea, green\r\n"))
    assert (table.header, table.delimiter) == (["sku", "title"], ";")
    assert [r.cells for r in found] == [["1", "Tea, green"]]


def test_a_wrong_encoding_is_one_clear_error(tmp_path: Path) -> None:
    path = written(tmp_path, "t.csv", "title\nTea\n")
    with pytest.raises(InputFileError, match="leave --encoding out"):
        open_table(path, encoding="utf-16")
    with pytest.raises(UsageError, match="unknown encoding"):
        open_table(path, encoding="undefined")


@pytest.mark.parametrize("where", [3, 5000])
def test_stray_quotes_and_large_cells_do_not_disturb_detection(tmp_path: Path, where: int) -> None:
    lines = [f"{n},item" for n in range(9000)]
    lines[where : where + 1] = [f'{where},"5 inch', f"{where},{'x' * 200_000}"]
    table, found = records(written(tmp_path, "t.csv", "sku,title\n" + "\n".join(lines)))
    assert (table.delimiter, len(found)) == (",", 9001)


def test_unclosed_quote_in_a_large_file_costs_no_other_row(tmp_path: Path) -> None:
    count = MAX_RECORD // 10
    body = "".join(f"{n},Tea number {n}\n" for n in range(count))
    found = rows(written(tmp_path, "t.csv", f'sku,title\nx,"stray\n{body}y,"Milk, fresh"\n'))
    assert len(found) == count + 2
    assert found[0] == ["x", '"stray']
    assert found[-1] == ["y", "Milk, fresh"]


def test_cells_stay_text_and_nul_and_bad_bytes_are_survived(tmp_path: Path) -> None:
    content = "sku,title,barcode\n001,明前绿茶\0叶特级礼盒装,0690123\n".encode() + b"002,caf\xff,1\n"
    assert rows(written(tmp_path, "t.csv", content)) == [
        ["001", "明前绿茶叶特级礼盒装", "0690123"],
        ["002", "caf\ufffd", "1"],
    ]


def test_encoding_is_found_when_the_first_chinese_comes_late(tmp_path: Path) -> None:
    body = "sku,title\n" + "1,plain ascii tea\n" * 40_000 + "2,华为手机全网通\n"
    table, found = records(written(tmp_path, "t.csv", body.encode("gbk")))
    assert table.encoding.name == "gb18030"
    assert found[-1].cells == ["2", "华为手机全网通"]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_any_line_end_is_read(tmp_path: Path, newline: str) -> None:
    assert rows(written(tmp_path, "t.csv", newline.join(["sku,title", "1,Tea", "2,Milk"]))) == [
        ["1", "Tea"],
        ["2", "Milk"],
    ]


def test_huge_cell_is_read(tmp_path: Path) -> None:
    assert rows(written(tmp_path, "t.csv", f"sku,title\n1,{'x' * 3_000_000}\n2,Tea\n"))[1] == ["2", "Tea"]


def test_gzip_is_known_by_its_content_and_a_cut_one_is_refused(tmp_path: Path) -> None:
    packed = gzip.compress(b"sku,title\n" + b"".join(b"%d,Tea %d\n" % (n, n * n) for n in range(9999)))
    assert len(rows(written(tmp_path, "t.csv", packed))) == 9999
    with pytest.raises(InputFileError, match="is the file complete"):
        rows(written(tmp_path, "t.csv.gz", packed[: len(packed) // 2]))


def test_jsonl_keeps_numbers_as_written_and_accounts_for_broken_lines(tmp_path: Path) -> None:
    lines = ['{"sku": "007", "title": "Tea", "price": 1.10}', "", "{broken", '["list"]', '{"title": null}']
    table, found = records(written(tmp_path, "t.jsonl", "\n".join(lines)))
    assert table.format is Format.JSONL
    assert table.header == ["sku", "title", "price"]
    assert [record.cells for record in found] == [["007", "Tea", "1.10"], [""] * 3, [""] * 3, [""] * 3]
    assert [bool(record.error) for record in found] == [False, True, True, False]
    assert found[1].extra == ("{broken",)
    assert found[1].number == 3


@pytest.mark.parametrize("content", ["", "\n\n", "\ufeff", " \r\n"])
def test_empty_file_is_refused(tmp_path: Path, content: str) -> None:
    path = written(tmp_path, "t.csv", content)
    with pytest.raises(InputFileError, match=r"t\.csv is empty"):
        open_table(path)


def test_what_is_no_table_is_refused_with_the_way_out(tmp_path: Path) -> None:
    with pytest.raises(InputFileError, match="does not exist"):
        open_table(tmp_path / "none.csv")
    with pytest.raises(InputFileError, match="is a directory"):
        open_table(tmp_path)
    with pytest.raises(InputFileError, match="save the sheet as CSV"):
        open_table(written(tmp_path, "t.xlsx", b"PK\x03\x04" + bytes(99) + b"x"))
    with pytest.raises(InputFileError, match="one object a line"):
        open_table(written(tmp_path, "t.json", '[{"title": "x"}]'))


def test_caller_chooses_encoding_and_delimiter(tmp_path: Path) -> None:
    path = written(tmp_path, "t.csv", "sku;title,long\n1;Bücher,alt\n".encode("latin-1"))
    table, found = records(path, encoding="latin-1", delimiter=",")
    assert (table.encoding.evidence, found[0].cells) == ("as asked", ["1;Bücher", "alt"])
    with pytest.raises(UsageError, match="--delimiter"):
        open_table(path, delimiter="::")
    with pytest.raises(UsageError, match="leave --no-header out"):
        open_table(written(tmp_path, "t.jsonl", '{"title": "tea"}'), headed=False)
