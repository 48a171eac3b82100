"""Corrections from an edited table: what was edited is taken, what is unclear is listed."""

import csv
import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import tagrt.corrections.edited
from tagrt import Tagger
from tagrt.cli.main import main
from tagrt.corrections import correct_from
from tagrt.errors import ColumnError, StoreError, UsageError
from tagrt.run import RunControl, RunOptions, RunStopped, run_file
from tagrt.store import Store
from tagrt.taxonomy.names import TagNames
from tagrt.vocabulary import Vocabulary

TAXONOMY = Tagger.load().taxonomy
NAMES = TagNames(TAXONOMY)
TEA, COOKIES = "food/drinks/tea", "food/bakery/cookies"
STOCK = "sku,title\n1,Twinings green tea 100 bags\n2,zzzz qqqq\n3,Nescafe instant coffee 100g\n"


@pytest.fixture
def tagged(tmp_path: Path) -> Path:
    """A tagged file and its store."""
    (tmp_path / "stock.csv").write_text(STOCK)
    store = ["--store", str(tmp_path / "shop.db")]
    assert main(["run", str(tmp_path / "stock.csv"), *store, "--quiet"]) == 0
    return tmp_path / "stock.tagged.csv"


def edited(tagged: Path, **cells: str) -> Path:
    """A copy with cells changed, named by column and SKU."""
    with tagged.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    for name, value in cells.items():
        column, _, sku = name.rpartition("_")
        next(row for row in rows if row["sku"] == sku)[column] = value
    target = tagged.with_name("edited.csv")
    with target.open("w", encoding="gb18030", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
    return target


def tags(folder: Path) -> dict[str, tuple[str, str]]:
    with Store(folder / "shop.db") as store:
        return {
            key: (tag, decision)
            for key, tag, decision in store.query("SELECT key, tag, decision FROM products")
        }


def test_a_table_no_one_edited_corrects_nothing(tagged: Path) -> None:
    before = tags(tagged.parent)
    with Store(tagged.parent / "shop.db") as store:
        done = correct_from(tagged, store, NAMES, "mei")
    assert (done.rows, done.made, done.untouched, done.conflicts) == (3, 0, 3, [])
    assert tags(tagged.parent) == before


@pytest.mark.parametrize(
    ("column", "value"),
    [("tag", "曲奇饼干"), ("tag_id", COOKIES), ("tag", " COOKIES "), ("tag_path", "")],
)
def test_the_cell_that_was_edited_counts(tagged: Path, column: str, value: str) -> None:
    if column == "tag_path":
        node = TAXONOMY.index[COOKIES]
        value = " > ".join(TAXONOMY.zh[n] for n in TAXONOMY.path(node))
    path = edited(tagged, **{f"{column}_1": value})
    with Store(tagged.parent / "shop.db") as store:
        done = correct_from(path, store, NAMES, "mei")
        assert (done.made, done.untouched, done.conflicts) == (1, 2, [])
        (event,) = [e for e in store.history("1") if e.decision == "human"]
        assert (event.tag, event.by, event.note) == (COOKIES, "mei", "edited.csv, row 2")
        assert correct_from(path, store, NAMES, "mei").made == 0, "a second time changes nothing"


def test_what_is_unclear_is_listed_with_row_and_column(
    tagged: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = edited(tagged, tag_1="曲奇饼干", tag_id_1="food/bakery", tag_2="Teeea", tag_3="曲奇饼干")
    with path.open("a", encoding="gb18030") as file:
        file.write(
            "3,Nescafe instant coffee 100g,,food/drinks/tea,,,,,,\n99,Unknown,,food/drinks/tea,,,,,,\n"
        )
    command = ["correct", "--from", str(path), "--store", str(tagged.parent / "shop.db")]
    before = tags(tagged.parent)
    assert main(command) == 1
    out, err = capsys.readouterr()
    listed = [line.split("\t") for line in out.splitlines()]
    assert [(row[0], row[1]) for row in listed] == [
        ("2", "tag_id"), ("3", "tag"), ("4", "tag"), ("5", "tag_id"), ("6", "tag_id"),
    ]  # fmt: skip
    assert "another cell of the row" in listed[0][3] and "did you mean" in listed[1][3]
    assert "row 4:" in listed[2][3] and "row 5:" in listed[2][3] and "not in the store" in listed[4][3]
    assert "5 cells need another look" in err
    assert tags(tagged.parent) == before


def test_a_file_older_than_the_store_decides_nothing(tagged: Path) -> None:
    with Store(tagged.parent / "shop.db") as store:
        store.write_many("UPDATE products SET tag = ? WHERE key = 'key:1'", [(COOKIES,)])
        done = correct_from(tagged, store, NAMES, "mei")
    (conflict,) = done.conflicts
    assert (done.made, conflict.row) == (0, 2) and "correct_tag" in conflict.why


def test_a_product_without_tag_takes_what_the_whole_row_says(tagged: Path) -> None:
    with Store(tagged.parent / "shop.db") as store:
        store.write_many("UPDATE products SET tag = '' WHERE key = 'key:1'", [()])
        path = edited(tagged, tag_1="曲奇饼干", tag_id_1=COOKIES, tag_path_1="")
        assert correct_from(path, store, NAMES, "mei").made == 1
    assert tags(tagged.parent)["key:1"] == (COOKIES, "human")


def test_what_another_person_decided_stands_unless_told_otherwise(tagged: Path) -> None:
    path = tagged.with_name("ask.csv")
    path.write_text("sku,title,正确标签\n2,zzzz qqqq,Tea\n1,,\n")
    with Store(tagged.parent / "shop.db") as store:
        store.correct("2", COOKIES, "li")
        done = correct_from(path, store, NAMES, "mei")
        assert "li decided on" in done.conflicts[0].why and done.made == 0
        assert correct_from(path, store, NAMES, "mei", overwrite=True, dry_run=True).made == 1
        assert tags(tagged.parent)["key:2"] == (COOKIES, "human")
        assert correct_from(path, store, NAMES, "mei", overwrite=True).made == 1
    assert tags(tagged.parent)["key:2"] == (TEA, "human")


def test_a_table_without_tags_is_refused(tagged: Path) -> None:
    with Store(tagged.parent / "shop.db") as store, pytest.raises(ColumnError, match="--tag-column"):
        correct_from(tagged.with_name("stock.csv"), store, NAMES, "mei")


def test_a_shops_own_names_are_understood(tmp_path: Path) -> None:
    path = tmp_path / "shop.toml"
    path.write_text(
        '[[tag]]\nname = {en = "Leaf drinks", zh = "茶饮"}\ncovers = ["food/drinks/tea"]\n'
        '[[tag]]\nname = "Warm drinks"\ncovers = ["food/drinks/coffee", "food/bakery"]\n'
    )
    names = TagNames(TAXONOMY, Vocabulary.load(path, TAXONOMY))
    assert names.find("茶饮") == names.find("leaf DRINKS") == TEA
    assert names.find("Warm drinks", near="food/drinks/coffee/instant") == "food/drinks/coffee"
    with pytest.raises(UsageError, match="covers several"):
        names.find("Warm drinks")


def test_corrections_become_training_rows(tagged: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from tagrt_distill.corpus.row import read_rows

    store = ["--store", str(tagged.parent / "shop.db")]
    target = tagged.with_name("rows.jsonl")
    assert main(["correct", "2", COOKIES, "--who", "mei", *store]) == 0
    assert main(["corrections", "export", str(target), *store]) == 0
    assert main(["corrections", "list", *store]) == 0
    assert "\tmei\tkey:2\t" in capsys.readouterr().out
    (row,) = read_rows(target)
    assert (row.product.title, row.tags, row.source) == ("zzzz qqqq", (COOKIES,), "rows")
    assert json.loads(target.read_text())["who"] == "mei"


def test_a_shops_own_tag_column_is_not_taken_for_the_runs(tmp_path: Path) -> None:
    (tmp_path / "g.csv").write_text("sku,title,tag\nA,Running shoes men,Shoes\nB,Green tea bags,Drinks\n")
    assert main(["run", str(tmp_path / "g.csv"), "--store", str(tmp_path / "shop.db"), "--quiet"]) == 0
    with Store(tmp_path / "shop.db") as store:
        done = correct_from(tmp_path / "g.tagged.csv", store, NAMES, "mei")
    assert (done.made, done.untouched, done.conflicts) == (0, 2, [])


def test_a_tag_of_a_vocabulary_that_was_not_given_is_a_conflict(tmp_path: Path) -> None:
    vocabulary = tmp_path / "shop.toml"
    vocabulary.write_text('[[tag]]\nname = "Shoes"\ncovers = ["apparel/shoes"]\n')
    (tmp_path / "g.csv").write_text("sku,title\nA,Running shoes men\n")
    store_file = tmp_path / "shop.db"
    options = ["--store", str(store_file), "--vocabulary", str(vocabulary), "--quiet"]
    assert main(["run", str(tmp_path / "g.csv"), *options]) == 0
    with Store(store_file) as store:
        assert store.query("SELECT tag FROM products") == [("shop:shoes",)]
        done = correct_from(tmp_path / "g.tagged.csv", store, NAMES, "mei")
    assert done.made == 0
    assert "--vocabulary" in done.conflicts[0].why


def test_what_another_person_decides_while_the_table_is_read_stands(
    tagged: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = edited(tagged, tag_id_1=COOKIES)
    contradictions = tagrt.corrections.edited._without_contradictions

    def meanwhile(*arguments: Any) -> Iterator[Any]:
        found = list(contradictions(*arguments))
        with Store(tagged.parent / "shop.db") as other:
            other.correct("1", TEA, "alice")
        yield from found

    monkeypatch.setattr(tagrt.corrections.edited, "_without_contradictions", meanwhile)
    with Store(tagged.parent / "shop.db") as store:
        done = correct_from(table, store, NAMES, "bob")
    assert (done.made, len(done.conflicts)) == (0, 1)
    assert tags(tagged.parent)["key:1"] == (TEA, "human")


def test_a_decision_stands_above_a_file_after_the_text_changed(tagged: Path) -> None:
    folder = tagged.parent
    with Store(folder / "shop.db") as store:
        store.correct("1", TEA, "alice")
    (folder / "stock.csv").write_text(STOCK.replace("100 bags", "200 bags"))
    assert main(["run", str(folder / "stock.csv"), "--store", str(folder / "shop.db"), "--quiet"]) == 0
    table = edited(tagged, tag_id_1=COOKIES)
    with Store(folder / "shop.db") as store:
        done = correct_from(table, store, NAMES, "bob")
    assert (done.made, len(done.conflicts)) == (0, 1)
    assert tags(folder)["key:1"] == (TEA, "review")


def test_undo_does_not_leave_what_the_memory_made_of_the_decision(tagged: Path) -> None:
    folder = tagged.parent
    before = tags(folder)["key:1"]
    with Store(folder / "shop.db") as store:
        store.correct("1", COOKIES, "mei")
    assert main(["run", str(folder / "stock.csv"), "--store", str(folder / "shop.db"), "--quiet"]) == 0
    with Store(folder / "shop.db") as store:
        assert store.undo("1")
    assert tags(folder)["key:1"] == before


@pytest.mark.parametrize(
    "command",
    [
        ["db", "export", "shop.db", "--store", "shop.db"],
        ["update", "stock.csv", "--store", "shop.db", "--quiet", "--report", "shop.db"],
        ["update", "stock.csv", "--store", "shop.db", "--quiet", "--output", "shop.db"],
        ["update", "stock.csv", "--store", "shop.db", "--quiet", "--report", "stock.csv"],
        ["run", "stock.csv", "--store", "shop.db", "--quiet", "--output", "shop.db", "--format", "csv"],
        ["correct", "1", COOKIES, "--store", "shop.db", "--dry-run"],
    ],
)
def test_nothing_is_written_over_what_is_read(
    tagged: Path, command: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tagged.parent)
    before = tags(tagged.parent)
    assert main(command) == 2
    assert tags(tagged.parent) == before
    assert Path("stock.csv").read_text() == STOCK


def test_an_export_that_is_no_longer_fresh_decides_nothing(tagged: Path) -> None:
    folder, store_file = tagged.parent, str(tagged.parent / "shop.db")
    export = folder / "export.csv"
    assert main(["db", "export", str(export), "--store", store_file]) == 0
    with Store(folder / "shop.db") as store:
        store.query("UPDATE products SET tag = ? WHERE key = 'key:1'", (COOKIES,))  # as a policy would
        done = correct_from(export, store, NAMES, "mei")
    assert done.made == 0
    assert tags(folder)["key:1"] == (COOKIES, "auto")


def test_a_barcode_of_several_products_is_refused_with_their_keys(tmp_path: Path) -> None:
    (tmp_path / "s.csv").write_text("sku,title,barcode\nA,tea,4006381333931\nB,cake,4006381333931\n")
    assert main(["run", str(tmp_path / "s.csv"), "--store", str(tmp_path / "shop.db"), "--quiet"]) == 0
    with Store(tmp_path / "shop.db") as store, pytest.raises(StoreError, match="key:A, key:B"):
        store.correct("4006381333931", TEA, "mei")


def test_undo_goes_back_to_the_decision_before(tagged: Path) -> None:
    folder = tagged.parent
    with Store(folder / "shop.db") as store:
        store.correct("1", TEA, "alice")
        store.correct("1", COOKIES, "bob")
        assert store.undo("1")
        assert tags(folder)["key:1"] == (TEA, "human")
    (folder / "stock.csv").write_text(STOCK.replace("100 bags", "200 bags"))
    assert main(["run", str(folder / "stock.csv"), "--store", str(folder / "shop.db"), "--quiet"]) == 0
    with Store(folder / "shop.db") as store:
        store.correct("1", COOKIES, "bob")
        assert store.undo("1")
        assert tags(folder)["key:1"] == (TEA, "review")
        assert store.undo("1")
        assert not store.undo("1")


def test_a_damaged_row_waits_in_the_store_too(tmp_path: Path) -> None:
    (tmp_path / "s.csv").write_bytes(b"sku,title\nA,soy sau\0ce 500ml\nB,green tea\n")
    main(["run", str(tmp_path / "s.csv"), "--store", str(tmp_path / "shop.db"), "--quiet"])
    with Store(tmp_path / "shop.db") as store:
        assert store.query("SELECT key FROM products WHERE reason = 'damaged'") == [("key:A",)]


def test_a_run_gone_on_with_keeps_rows_of_one_key_apart(tmp_path: Path) -> None:
    source, first = tmp_path / "big.csv", "A,Twinings green tea 100 bags"
    source.write_text(f"sku,title\n{first}\n")
    assert main(["run", str(source), "--store", str(tmp_path / "shop.db"), "--quiet"]) == 0
    with Store(tmp_path / "shop.db") as store:
        store.correct("A", COOKIES, "mei")
    filler = [f"{n},green tea no. {n}" for n in range(3000)]
    source.write_text("\n".join(["sku,title", first, *filler, "A,running shoes men"]) + "\n")
    shutil.copy(tmp_path / "shop.db", tmp_path / "whole.db")
    tagger = Tagger.load()
    whole = RunOptions(output=tmp_path / "whole.csv", store=tmp_path / "whole.db")
    run_file(tagger, source, whole)
    control = RunControl()
    cut = RunOptions(output=tmp_path / "cut.csv", store=tmp_path / "shop.db")
    with pytest.raises(RunStopped):
        run_file(tagger, source, cut, lambda _: control.stop(), control)
    summary = run_file(tagger, source, replace(cut, resume=True))
    assert summary.resumed > 0
    assert (tmp_path / "cut.csv").read_bytes() == (tmp_path / "whole.csv").read_bytes()
    assert tags(tmp_path)["key:A"] == (COOKIES, "human")


ODD_KEY = "A\udcff"
"""What the shell hands on of a byte that is no UTF-8."""


@pytest.mark.parametrize(
    "words", [["history", ODD_KEY], ["correct", ODD_KEY, TEA], ["correct", ODD_KEY, "--undo"]]
)
def test_odd_bytes_in_a_key_are_told(
    tagged: Path, words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*words, "--store", str(tagged.parent / "shop.db")]) == 3
    assert "no product has the key 'A?'" in capsys.readouterr().err


def test_odd_characters_in_a_tables_key_are_a_conflict(tagged: Path) -> None:
    path = tagged.with_name("edited.jsonl")
    rows = [
        {"store_key": "key:1\ud800", "title": "x", "correct_tag": TEA},
        {"store_key": "key:1\0", "title": "x", "correct_tag": TEA},
        {"sku": "2\udfff", "title": "x", "correct_tag": TEA},
        {"store_key": "key:3", "title": "x", "correct_tag": TEA},
    ]
    path.write_text("\n".join(map(json.dumps, rows)))
    with Store(tagged.parent / "shop.db") as store:
        done = correct_from(path, store, NAMES, "mei")
    assert (done.made, [conflict.row for conflict in done.conflicts]) == (1, [1, 2, 3])
    assert all("not in the store" in conflict.why for conflict in done.conflicts)


def test_a_shops_own_column_called_store_key_is_not_ours(tmp_path: Path) -> None:
    stock = tmp_path / "stock.csv"
    stock.write_text("store_key,sku,title\n2,1,zzzz qqqq\n1,2,vvvv xxxx\nkey:1,3,wwww\n")
    assert main(["update", str(stock), "--store", str(tmp_path / "shop.db"), "--quiet"]) == 0
    table = tmp_path / "edited.csv"
    rows = (f"2,1,zzzz qqqq,{TEA}", "1,2,vvvv xxxx,", f"key:1,3,wwww,{TEA}")
    table.write_text("\n".join(["store_key,sku,title,correct_tag", *rows]))
    with Store(tmp_path / "shop.db") as store:
        done = correct_from(table, store, NAMES, "mei")
        (conflict,) = done.conflicts
    assert (done.made, conflict.row, conflict.column) == (1, 4, "store_key") and "key:3" in conflict.why
    found = tags(tmp_path)
    assert found["key:1"] == (TEA, "human") and "human" not in (found["key:2"][1], found["key:3"][1])


def test_our_key_beside_a_shops_own_column_is_read(tmp_path: Path) -> None:
    stock, export = tmp_path / "stock.csv", tmp_path / "export.csv"
    stock.write_text("store_key,title\nA,zzzz qqqq\nB,vvvv xxxx\n")
    store_file = str(tmp_path / "shop.db")
    assert main(["update", str(stock), "--store", store_file, "--quiet"]) == 0
    assert main(["db", "export", str(export), "--store", store_file]) == 0
    with export.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["store_key"] for row in rows] == ["A", "B"]
    with export.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [*rows[0], "correct_tag"])
        writer.writeheader()
        writer.writerow({**rows[1], "title": "mended by hand", "correct_tag": TEA})
    with Store(tmp_path / "shop.db") as store:
        assert correct_from(export, store, NAMES, "mei").made == 1
        assert store.query("SELECT title FROM products WHERE decision = 'human'") == [("vvvv xxxx",)]


@pytest.mark.parametrize("column", ["tag", "tag_id", "tag_path"])
@pytest.mark.parametrize("tag", [COOKIES, TEA, "food/drinks"])
def test_an_edited_table_read_twice_stands_even_above_others(tagged: Path, column: str, tag: str) -> None:
    node = TAXONOMY.index[tag]
    path = " > ".join(TAXONOMY.en[at] for at in TAXONOMY.path(node))
    value = {"tag": TAXONOMY.en[node], "tag_id": tag, "tag_path": path}[column]
    file = edited(tagged, **{f"{column}_1": value})
    with Store(tagged.parent / "shop.db") as store:
        assert correct_from(file, store, NAMES, "mei").made == 1
        for overwrite in (False, True):
            again = correct_from(file, store, NAMES, "mei", overwrite=overwrite)
            assert (again.made, again.standing, again.conflicts) == (0, 1, [])
    assert tags(tagged.parent)["key:1"] == (tag, "human")


def test_a_key_of_several_products_is_not_guessed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source, store = tmp_path / "stock.csv", ["--store", str(tmp_path / "shop.db")]
    source.write_text("sku,title\nA1,oolong tea 500g\nA1,toothbrush soft\nB1,desk lamp\n")
    assert main(["run", str(source), *store, "--quiet"]) == 0
    capsys.readouterr()
    assert main(["correct", "A1", COOKIES, *store]) == 3
    twin = next(key for key in tags(tmp_path) if key.startswith("key:A1#"))
    assert f"give one of key:A1, {twin}" in capsys.readouterr().err
    assert main(["history", "A1", *store]) == 3
    for key in ("key:A1", twin, "B1"):
        assert main(["correct", key, COOKIES, *store]) == 0
    assert set(tags(tmp_path).values()) == {(COOKIES, "human")}


def test_an_export_asks_before_it_writes_over_a_file(tagged: Path) -> None:
    folder, store = tagged.parent, ["--store", str(tagged.parent / "shop.db")]
    for kind, name in (("corrections", "rows.jsonl"), ("db", "all.csv")):
        target = folder / name
        target.write_text("mine")
        assert main([kind, "export", str(target), *store]) == 3
        assert target.read_text() == "mine"
        assert main([kind, "export", str(target), "--force", *store]) == 0
        assert target.read_text() != "mine"
    assert main(["db", "export", str(folder / "all.xlsx"), *store]) == 2
    both = str(folder / "both.csv")
    assert main(["update", str(folder / "stock.csv"), *store, "--report", both, "--output", both]) == 2
