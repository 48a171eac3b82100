"""Reading, cleaning, splitting, capping and augmenting rows."""

import gzip
import json
import random
from dataclasses import fields
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagrt.errors import ColumnError, InputFileError
from tagrt.types import Product
from tagrt_distill.corpus.attributes import BRANDS, COLOURS, EVALUATION, TRAINING
from tagrt_distill.corpus.augment import Augmentation, Augmenter
from tagrt_distill.corpus.caps import cap
from tagrt_distill.corpus.clean import clean
from tagrt_distill.corpus.edits import edits
from tagrt_distill.corpus.row import ColumnNames, Row, read_rows
from tagrt_distill.corpus.split import group_key, split
from tagrt_distill.corpus.wordnet import texts
from tagrt_distill.taxonomy.from_paths import from_paths, project_taxonomy


def row(title: str, tag: str = "a", source: str = "s", group: str = "") -> Row:
    return Row(Product(title), (tag,) if tag else (), source, "", group)


def test_jsonl_gz_rows_keep_all_sources_of_information(tmp_path: Path) -> None:
    path = tmp_path / "shop.jsonl.gz"
    record = {
        "text": "茶",
        "tag": "food/tea",
        "also_ok": ["food"],
        "brand": "B",
        "description": "D",
        "code": "7",
    }
    with gzip.open(path, "wt", encoding="utf-8") as file:
        file.write(json.dumps(record) + "\n\n")
    (read,) = read_rows(path)
    assert read == Row(Product("茶", brand="B", description="D"), ("food/tea", "food"), "shop", "", "7")


def test_csv_without_the_named_column_lists_what_there_is(tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_text("name,kind\nTea,Food\n", encoding="utf-8")
    with pytest.raises(ColumnError, match=r"no column 'title' \(columns: name, kind\)"):
        list(read_rows(path, ColumnNames(text="title", tags="kind")))


def test_a_spreadsheets_gbk_export_is_read_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_bytes("品名;分类\n高山茶叶;饮料\n牛肉面;食品\n".encode("gb18030"))
    rows = list(read_rows(path, ColumnNames(text="品名", tags="分类")))
    assert [(r.product.title, r.tags) for r in rows] == [("高山茶叶", ("饮料",)), ("牛肉面", ("食品",))]


def test_a_broken_json_line_is_named(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text('{"text": "a"}\n{oops\n', encoding="utf-8")
    with pytest.raises(InputFileError, match=r"x\.jsonl:2: not a JSON line"):
        list(read_rows(path))


def test_cleaning_drops_duplicates_and_everything_held_out() -> None:
    rows = [row("Green Tea 5g"), row("green tea  5G!"), row("Red Tea"), row("...")]
    assert [r.product.title for r in clean(rows, [row("RED tea")])] == ["Green Tea 5g"]


def test_the_label_most_rows_agree_on_stays() -> None:
    rows = [row("Tea", "a"), row("tea", "b"), row("TEA", "b")]
    assert clean(rows)[0].tags == ("b",)


@given(st.lists(st.tuples(st.text("abc ", min_size=1), st.integers(0, 99)), max_size=60), st.integers(0, 5))
def test_one_product_never_sits_in_two_splits(names: list[tuple[str, int]], seed: int) -> None:
    parts = split([row(f"{name} {size}ml") for name, size in names], 0.3, 0.3, seed)
    groups = [{group_key(r) for r in part} for part in parts]
    assert not (groups[0] & groups[1] or groups[0] & groups[2] or groups[1] & groups[2])
    assert sum(map(len, parts)) == len(names)


def test_both_languages_of_one_product_share_a_split() -> None:
    rows = [row(f"name {chr(97 + i)}", group=str(i)) for i in range(26)]
    rows += [row(f"名 {chr(97 + i)}", group=str(i)) for i in range(26)]
    for part in split(rows, 0.3, 0.3, 1):
        codes = [r.group for r in part]
        assert all(codes.count(code) == 2 for code in codes)


def test_caps_hold_and_nothing_is_lost() -> None:
    rows = [row(f"t{i}", "a") for i in range(10)] + [row(f"u{i}", "b", "big") for i in range(10)]
    kept, dropped = cap(rows, 4, {"big": 2}, seed=1)
    assert sum(r.source == "s" for r in kept) == 4
    assert sum(r.source == "big" for r in kept) == 2
    assert len(kept) + len(dropped) == len(rows)
    assert cap(rows, 4, {"big": 2}, seed=1) == (kept, dropped)


def test_which_rows_of_a_source_are_kept_does_not_depend_on_other_sources() -> None:
    rows = [row(f"t{i}", "a") for i in range(40)]
    more = [row(f"u{i}", "b", "more") for i in range(40)]

    def chosen(rows: list[Row]) -> set[str]:
        return {r.product.title for r in cap(rows, 5, {}, seed=1)[0] if r.source == "s"}

    assert chosen(rows) == chosen([*more, *rows]) != {f"t{i}" for i in range(5)}


@given(st.text(min_size=1), st.integers(0, 50))
def test_augmenting_never_empties_a_text(title: str, seed: int) -> None:
    every = Augmentation(*[1] * len(fields(Augmentation)))
    plain = Augmenter(Augmentation(), seed).text(Product(title))
    assert bool(Augmenter(every, seed).text(Product(title))) == bool(plain)


def test_brand_removal_cuts_a_leading_brand() -> None:
    augmenter = Augmenter(Augmentation(brand_removal=1), 1)
    assert augmenter.text(Product("Pampers diapers", brand="pampers")) == "diapers"


def test_a_variant_has_another_colour_or_brand() -> None:
    coloured = Augmenter(Augmentation(colour_change=1), 1)
    found = {coloured.text(Product("Teal Wool Scarf")) for _ in range(40)}
    assert found <= {f"{colour} wool scarf" for colour in COLOURS[TRAINING][False]}
    assert len(found) > 5
    branded = Augmenter(Augmentation(brand_addition=1), 1)
    assert (
        branded.text(Product("羊毛围巾")).endswith("羊毛围巾") and len(branded.text(Product("羊毛围巾"))) > 4
    )


def test_training_never_draws_the_words_that_consistency_is_judged_by() -> None:
    for words in (COLOURS, BRANDS):
        for chinese in (False, True):
            assert not set(words[TRAINING][chinese]) & set(words[EVALUATION][chinese])


def test_edits_change_what_does_not_matter() -> None:
    made = edits(Product("Acme Blue Shampoo 200ml", brand="Acme"), random.Random(1))
    assert made.keys() == {"colour", "quantity", "pack", "brand", "order"}
    assert "Blue" not in made["colour"] and made["colour"].endswith("Shampoo 200ml")
    assert "200ml" not in made["quantity"] and made["quantity"].startswith("Acme Blue Shampoo ")
    assert "Acme" not in made["brand"] and made["brand"].endswith(" Blue Shampoo 200ml")
    assert made["order"] == "Shampoo 200ml Acme Blue"
    assert made["pack"].startswith("Acme Blue Shampoo 200ml")
    assert "order" not in edits(Product("洗发水"), random.Random(1))


def test_users_paths_become_a_tree() -> None:
    taxonomy, rows = from_paths([row("x", "Food > Tea"), row("y", "Food>Coffee"), row("z", "鞋子")], ">")
    assert taxonomy.ids == ("food", "food/tea", "food/coffee", "鞋子")
    assert [r.tags for r in rows] == [("food/tea",), ("food/coffee",), ("鞋子",)]


def test_unlabelled_files_need_no_tag_column(tmp_path: Path) -> None:
    path = tmp_path / "catalogue.csv"
    path.write_text("title,price\nTea,1\n", encoding="utf-8")
    assert [(r.product.title, r.tags) for r in read_rows(path, ColumnNames("title", tags=""))] == [
        ("Tea", ())
    ]


def test_wordnet_gives_names_and_glosses_of_things() -> None:
    lines = [
        "  1 This software and database is being provided\n",
        '00001 06 n 02 paper_clip 0 gem_clip 0 001 @ 00002 n 0000 | holds sheets of paper; "he bent it"  \n',
        "00002 03 n 01 thing 0 000 | anything  \n",
        "00003 13 n 01 tofu 0 000 | cheeselike food made of curdled soybean milk  \n",
    ]
    assert list(texts(lines)) == [
        {"text": "paper clip", "lang": "en"},
        {"text": "paper clip, gem clip", "description": "holds sheets of paper", "lang": "en"},
        {"text": "tofu", "description": "cheeselike food made of curdled soybean milk", "lang": "en"},
    ]


def test_the_project_taxonomy_has_unique_names() -> None:
    taxonomy = project_taxonomy()
    assert len(set(taxonomy.en)) == len(set(taxonomy.zh)) == len(taxonomy)
