"""A run keeps every row in order, accounts for each, and writes all or nothing."""

import csv
import gzip
import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import pytest

from tagrt.errors import InputFileError, UsageError
from tagrt.inference.stages import Stages
from tagrt.run import STDOUT, Progress, RunOptions, Summary, render_summary, run_file
from tagrt.run.columns import ADDED
from tagrt.tables import ColumnNames
from tagrt.types import Decision, ExitCode, Language, Product, Reason, Tag, Tagging

FOOD = Tag("food", "Food", "食品", 0.98)
TEA = Tag("food/tea", "Tea", "茶", 0.61)


class FakeTagger:
    """Knows tea; everything else is left to a person."""

    def __init__(self) -> None:
        self.seen: list[Product | str] = []

    fingerprint = "fake"

    def tag_chunks(
        self, chunks: Iterable[Sequence[Product | str]], stages: Stages | None = None
    ) -> Iterator[list[Tagging]]:
        for chunk in chunks:
            self.seen += chunk
            yield [self.tag(product) for product in chunk]

    def tag(self, product: Product | str) -> Tagging:
        title = product.title if isinstance(product, Product) else product
        if not title.strip():
            return Tagging((), (), Decision.REVIEW, Reason.EMPTY_TITLE)
        if "tea" in title.lower():
            return Tagging((FOOD,), (FOOD, TEA), Decision.AUTO)
        return Tagging((), (FOOD, TEA), Decision.REVIEW, Reason.LOW_CONFIDENCE)


def run(path: Path, **options: object) -> Summary:
    return run_file(FakeTagger(), path, RunOptions(**options))  # type: ignore[arg-type]


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_run_adds_the_columns_and_keeps_rows_and_cells(tmp_path: Path) -> None:
    source = tmp_path / "stock.csv"
    source.write_text("sku,title,price\n001,Green tea,=1+1\n002,,3\n003,Nail,4\n", encoding="utf-8")
    summary = run(source, language=Language.BOTH)
    rows = table(tmp_path / "stock.tagged.csv")
    assert list(rows[0]) == ["sku", "title", "price", *ADDED]
    assert [row["sku"] for row in rows] == ["001", "002", "003"]
    assert rows[0] == {
        **{"sku": "001", "title": "Green tea", "price": "=1+1"},
        **{"tag_path": "Food / 食品", "tag_id": "food", "tag": "Food / 食品", "probability": "0.9800"},
        **{"best_id": "food/tea", "best_probability": "0.6100", "decision": "auto", "reason": ""},
    }
    assert [(row["decision"], row["reason"]) for row in rows[1:]] == [
        ("review", "empty_title"),
        ("review", "low_confidence"),
    ]
    assert (summary.rows, summary.auto, summary.review, summary.failed) == (3, 1, 2, 0)
    assert summary.exit_code is ExitCode.OK
    assert summary.top_tags == {"Food / 食品": 1}
    text = render_summary(summary)
    assert all(word in text for word in ("title=title", "utf-8", "comma", "stock.tagged.csv", "rows/s"))


def test_run_streams_chunks_in_order_and_reports_progress(tmp_path: Path) -> None:
    source = tmp_path / "stock.csv.gz"
    with gzip.open(source, "wt", encoding="gbk") as file:
        file.write("货号,商品名称\n" + "".join(f"{n},第{n}号茶 tea\n" for n in range(10_000)))
    seen: list[Progress] = []
    summary = run_file(FakeTagger(), source, RunOptions(), seen.append)
    output = tmp_path / "stock.tagged.csv"
    assert output.read_bytes().startswith(b"\xef\xbb\xbf")
    assert [row["货号"] for row in table(output)] == [str(n) for n in range(10_000)]
    assert [progress.rows for progress in seen] == [*range(1024, 10_000, 1024), 10_000]
    assert seen[-1].bytes_read == seen[-1].bytes_total == source.stat().st_size
    assert (summary.encoding, summary.auto) == ("gb18030", 10_000)


def test_jsonl_stays_jsonl_and_broken_lines_are_accounted_for(tmp_path: Path) -> None:
    source = tmp_path / "stock.jsonl"
    source.write_text(
        '{"title": "Tea", "price": 1.10, "tag": "mine"}\n{broken\n{"title": "Nail", "n": [1]}\n'
    )
    summary = run(source)
    lines = (tmp_path / "stock.tagged.jsonl").read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith('{"title": "Tea", "price": 1.10, "tag": "mine", "tag_path": "Food"')
    first, broken, last = map(json.loads, lines)
    assert (first["tag"], first["tag_tagrt"], first["probability"]) == ("mine", "Food", 0.98)
    assert (broken["decision"], broken["reason"], broken["_extra"]) == ("review", "unreadable", ["{broken"])
    assert (last["n"], last["tag_id"], last["probability"]) == ([1], "", None)
    assert (summary.failed, summary.exit_code) == (1, ExitCode.ROWS_FAILED)
    assert summary.renamed == {"tag": "tag_tagrt"}
    assert "line 2: not valid JSON" in render_summary(summary)


def test_a_late_key_of_ours_keeps_the_users_value(tmp_path: Path) -> None:
    source = tmp_path / "stock.jsonl"
    source.write_text('{"title": "Nail"}\n' * 250 + '{"title": "Tea", "tag": "MINE", "decision": "KEEP"}\n')
    run(source)
    last = json.loads((tmp_path / "stock.tagged.jsonl").read_text(encoding="utf-8").splitlines()[-1])
    assert (last["tag"], last["decision"]) == ("MINE", "KEEP")
    assert (last["tag_tagrt"], last["decision_tagrt"], last["tag_id"]) == ("Food", "auto", "food")


def test_damaged_rows_are_kept_reviewed_and_told(tmp_path: Path) -> None:
    source = tmp_path / "stock.csv"
    source.write_bytes("sku,title\n1,Tea é\n2,Tea ü\n".encode() + b"3,Tea \xff\n")
    summary = run(source)
    rows = table(tmp_path / "stock.tagged.csv")
    assert [(row["decision"], row["reason"]) for row in rows][1:] == [("auto", ""), ("review", "damaged")]
    assert rows[2]["tag_id"] == "food"
    assert (summary.damaged, summary.failed, summary.exit_code) == (1, 0, ExitCode.ROWS_FAILED)
    assert "row 3, line 4: bytes that are not" in render_summary(summary)


def test_one_column_stays_comma_separated(tmp_path: Path) -> None:
    source = tmp_path / "stock.csv"
    source.write_text("title\nTea, green\nNail, steel, long\n")
    run(source)
    rows = table(tmp_path / "stock.tagged.csv")
    assert [row["title"] for row in rows] == ["Tea, green", "Nail, steel, long"]
    assert rows[0]["tag_id"] == "food"


def test_the_outputs_name_says_its_format(tmp_path: Path) -> None:
    source = tmp_path / "stock.csv"
    source.write_text("title\nTea\n")
    run(source, output=tmp_path / "out.jsonl")
    assert json.loads((tmp_path / "out.jsonl").read_text())["tag_id"] == "food"
    with pytest.raises(UsageError, match=r"leave \.gz out"):
        run(source, output=tmp_path / "out.csv.gz")


def test_jsonl_to_csv_has_the_union_of_all_keys(tmp_path: Path) -> None:
    source = tmp_path / "stock.jsonl"
    source.write_text('{"title": "Tea"}\n' * 500 + '{"title": "Nail", "late": 7}\nbroken\n')
    run(source, format="csv")
    rows = table(tmp_path / "stock.tagged.csv")
    assert rows[500]["late"] == "7"
    assert rows[501][None] == ["broken"]  # type: ignore[index]


def test_csv_to_jsonl_keeps_repeated_headers_apart(tmp_path: Path) -> None:
    source = tmp_path / "stock.tsv"
    source.write_text("title\ttitle\t\nTea\tx\ty\tz\n")
    run(source, format="jsonl")
    row = json.loads((tmp_path / "stock.tagged.jsonl").read_text(encoding="utf-8"))
    assert (row["title"], row["title_2"], row["column_3"], row["_extra"]) == ("Tea", "x", "y", ["z"])


def test_shopify_variant_rows_get_the_tags_of_their_product(tmp_path: Path) -> None:
    source = tmp_path / "products_export.csv"
    source.write_text("Handle,Title,Vendor,Variant SKU\ntea,Green tea,Acme,1\ntea,,,2\n")
    assert run(source).auto == 2


def test_header_without_rows_gives_a_header(tmp_path: Path) -> None:
    source = tmp_path / "stock.csv"
    source.write_text("sku,title\n")
    assert run(source).rows == 0
    assert (tmp_path / "stock.tagged.csv").read_text().strip() == ",".join(["sku", "title", *ADDED])


def test_interrupted_run_leaves_nothing_behind(tmp_path: Path) -> None:
    class Interrupted(FakeTagger):
        def tag(self, product: Product | str) -> Tagging:
            raise KeyboardInterrupt

    source = tmp_path / "stock.csv"
    source.write_text("title\nTea\nNail\n")
    with pytest.raises(KeyboardInterrupt):
        run_file(Interrupted(), source)
    assert list(tmp_path.iterdir()) == [source]


def test_input_is_never_overwritten(tmp_path: Path) -> None:
    source = tmp_path / "stock.csv"
    source.write_text("title\nTea\n")
    link = tmp_path / "link.csv"
    link.symlink_to(source)
    for output in (source, link):
        with pytest.raises(UsageError, match="itself, which would be lost"):
            run(source, output=output)
    run(source)
    run(source)
    assert source.read_text() == "title\nTea\n"


def test_stdout_gets_the_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = tmp_path / "stock.csv"
    source.write_text("title\nTea\n")
    assert run(source, output=STDOUT).output is None
    assert capsys.readouterr().out.splitlines()[1].startswith("Tea,Food,food,Food,0.9800")
    assert list(tmp_path.iterdir()) == [source]


def test_named_columns_reach_the_tagger(tmp_path: Path) -> None:
    source = tmp_path / "stock.csv"
    source.write_text("a;b\nTea;Acme\n")
    tagger = FakeTagger()
    run_file(tagger, source, RunOptions(columns=ColumnNames(title="a", brand="2")))
    assert tagger.seen == [Product("Tea", brand="Acme")]


def test_empty_and_missing_files_are_refused(tmp_path: Path) -> None:
    (tmp_path / "empty.csv").touch()
    with pytest.raises(InputFileError, match="is empty"):
        run(tmp_path / "empty.csv")
    with pytest.raises(InputFileError, match="does not exist"):
        run(tmp_path / "none.csv")


def test_example_catalogue_is_read_whole() -> None:
    source = Path(__file__).parents[2] / "examples" / "catalog.csv"
    with source.open(encoding="utf-8", newline="") as file:
        barcodes = [row["Barcode"] for row in csv.DictReader(file) if row["Barcode"]]
    assert all(sum(int(d) * (3 if i % 2 else 1) for i, d in enumerate(code)) % 10 == 0 for code in barcodes)
    assert all(len(code) == 13 for code in barcodes)


def test_without_a_header_no_row_is_lost_and_the_output_has_one(tmp_path: Path) -> None:
    path = tmp_path / "stock.csv"
    path.write_text("1,green tea,x\n2,soy sauce,y\n")
    summary = run(path, headed=False)
    assert summary.rows == 2
    found = table(tmp_path / "stock.tagged.csv")
    assert [row["column_2"] for row in found] == ["green tea", "soy sauce"]
    assert summary.columns["title"] == "column_2"
