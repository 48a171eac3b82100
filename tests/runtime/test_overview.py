"""The overview counts what is in a store; an older store gets what it needs for that."""

import sqlite3
from pathlib import Path

from tagrt.barcodes import read_barcode
from tagrt.store import Store
from tagrt.store.additions import SOURCE, Additions
from tagrt.store.codes import find_by_code
from tagrt.store.overview import BINS, Split, overview, with_those_below
from tagrt.store.schema import MIGRATIONS
from tagrt.types import Decision, Product, Reason, Tag, Tagging


def tagged(tag: str, probability: float, decision: Decision = Decision.AUTO) -> Tagging:
    path = (Tag(tag, "", "", probability),)
    unsure = decision is Decision.REVIEW
    return Tagging(() if unsure else path, path, decision, Reason.LOW_CONFIDENCE if unsure else Reason.NONE)


def filled(path: Path) -> Store:
    store = Store(path, create=True)
    run = store.begin_run("stock.csv", "m 1")
    taggings = [
        tagged("food/tea", 0.97),
        tagged("food/tea", 1.0),
        tagged("food", 0.91),
        tagged("toys", 0.05, Decision.REVIEW),
    ]
    store.record(run, [Product(f"p{n}", key=str(n)) for n in range(4)], taggings)
    store.end_run(run, 4, 3, 1, 0, 0.5)
    return store


def test_products_are_counted_by_decision_tag_and_certainty(tmp_path: Path) -> None:
    with filled(tmp_path / "shop.db") as store:
        store.correct("2", "toys", "mei")
        found = overview(store)
        assert found.split == Split(2, 1, 1)
        assert found.tags == {"food/tea": Split(auto=2), "toys": Split(human=1), "": Split(review=1)}
        assert found.histogram[-1] == Split(auto=2, human=1)
        assert found.histogram[0] == Split(review=1)
        assert len(found.histogram) == BINS
        assert sum(split.total for split in found.histogram) == found.split.total == 4
        (run,) = found.runs
        assert (run.source, run.model, run.rows_per_second) == ("stock.csv", "m 1", 8.0)


def test_an_empty_store_has_an_overview(tmp_path: Path) -> None:
    with Store(tmp_path / "shop.db", create=True) as store:
        assert overview(store).split == Split()


def test_what_is_added_by_hand_is_found_by_its_code_and_is_no_run_to_measure(tmp_path: Path) -> None:
    with filled(tmp_path / "shop.db") as store:
        additions = Additions(store, "m 1")
        for title, gtin in (("Tea", "036000291452"), ("Cup", "6901234567892")):
            additions.add(Product(title, gtin=gtin), tagged("food/tea", 0.9))
        (found,) = find_by_code(store, read_barcode("0036000291452"))
        assert (found.title, found.tag) == ("Tea", "food/tea")
        assert find_by_code(store, read_barcode("16901234567899"))[0].title == "Cup"  # by a case of it
        assert [event.by for event in store.history("036000291452")] == ["m 1"]
        assert SOURCE not in [run.source for run in overview(store).runs]
        assert store.counts()["runs"] == 2


def test_a_store_of_the_first_schema_is_brought_up_to_date(tmp_path: Path) -> None:
    old = sqlite3.connect(tmp_path / "old.db", isolation_level=None)
    for statement in MIGRATIONS[0].split(";"):
        old.execute(statement)
    old.execute("INSERT INTO runs (source, model, started) VALUES ('a', 'm', '2026')")
    old.execute(
        "INSERT INTO products VALUES (1, 'key:1', '', 'Tea', '', '', '', ' 0-36000-29145-2', '{}', 'food', "
        "0.9, 'food', 0.9, 'auto', '', 1)"
    )
    old.execute("PRAGMA user_version = 1")
    old.close()
    with Store(tmp_path / "old.db") as store:
        assert find_by_code(store, read_barcode("036000291452"))[0].title == "Tea"
        assert overview(store).split == Split(auto=1)


def test_tags_are_counted_off_an_index_alone(tmp_path: Path) -> None:
    with filled(tmp_path / "shop.db") as store:
        plan = store.query(
            "EXPLAIN QUERY PLAN SELECT tag, decision, count(*) FROM products WHERE gone IS NULL "
            "GROUP BY tag, decision"
        )
        assert "COVERING INDEX products_by_tag" in str(plan)


def test_a_tag_counts_the_tags_below_it() -> None:
    found = with_those_below({"food/drinks/tea": Split(1, 2, 3), "food": Split(4), "": Split(review=5)})
    assert found["food"] == Split(5, 2, 3)
    assert found["food/drinks"] == Split(1, 2, 3)
    assert found[""] == Split(review=5)
