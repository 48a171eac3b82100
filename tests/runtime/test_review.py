"""The parts that a review needs: the queue, the search for a tag, and the words that drove one."""

from pathlib import Path

import pytest

from tagrt import Tagger
from tagrt.barcodes import read_barcode
from tagrt.inference.explain import influences
from tagrt.store import Store
from tagrt.store.codes import find_by_code
from tagrt.store.indexes import CERTAINTY, CODE, WAITING
from tagrt.store.queue import Filter, ReviewQueue, place_of
from tagrt.taxonomy.search import TagSearch
from tagrt.types import Decision, Product, Reason, Tag, Tagging
from tagrt_tui.pinyin import spellings

TAGGER = Tagger.load()
SEARCH = TagSearch(TAGGER.taxonomy, spellings)


def guess(probability: float, tag: str = "food/tea") -> Tagging:
    return Tagging((), (Tag(tag, "", "", probability),), Decision.REVIEW, Reason.LOW_CONFIDENCE)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    opened = Store(tmp_path / "shop.db", create=True)
    products = [Product(f"product {n}", key=str(n), gtin="96385074" if n == 3 else "") for n in range(8)]
    sure = [0.5, 0.2, 0.9, 0.2, 0.7, 0.1, 0.3, 0.4]
    taggings = [guess(p, "food/tea/green" if n % 2 else "food/tea") for n, p in enumerate(sure)]
    run = opened.begin_run("stock.csv", "m")
    opened.record(run, products, taggings, [{"name": p.title, "price": "1.10"} for p in products])
    return opened


def test_the_queue_is_read_in_pages_least_certain_first(store: Store) -> None:
    queue = ReviewQueue(store)
    assert queue.count() == 8
    pages, place = [], None
    while page := queue.after(place, 3):
        pages.append([product.key for product in page])
        place = place_of(page[-1])
    assert pages == [["key:5", "key:1", "key:3"], ["key:6", "key:7", "key:0"], ["key:4", "key:2"]]


def test_decided_products_leave_and_come_back(store: Store) -> None:
    queue = ReviewQueue(store)
    store.correct("5", "a", "mei")
    assert queue.after(None, 1)[0].key == "key:1"
    store.undo("5")
    assert queue.after(None, 1)[0].key == "key:5"


def test_the_queue_is_filtered_by_text_tag_and_reason(store: Store) -> None:
    queue = ReviewQueue(store)
    assert [p.key for p in queue.after(None, 9, Filter(text="duct 3"))] == ["key:3"]
    assert queue.count(Filter(text="%")) == 0
    assert queue.count(Filter(tag="food/tea/green")) == 4
    assert queue.count(Filter(tag="food/tea")) == 8
    assert queue.count(Filter(reason="too_broad")) == 0


def test_a_product_is_found_by_its_barcode_with_its_columns(store: Store) -> None:
    queue = ReviewQueue(store)
    (found,) = find_by_code(store, read_barcode("]E496385074"))
    assert queue.cells(found.id) == {"name": "product 3", "price": "1.10"}
    assert queue.product(found.id).gtin == "96385074"
    assert find_by_code(store, read_barcode("1234567890128")) == []
    assert [p.id for p in find_by_code(store, read_barcode("3"))] == [found.id]  # by its own key


def test_a_filters_finds_are_paged_without_looking_again(store: Store) -> None:
    queue = ReviewQueue(store)
    hits = queue.find(Filter(tag="food/tea/green"))
    assert hits.complete
    assert [p.key for p in queue.among(hits, None, 2)] == ["key:5", "key:1"]
    store.correct("5", "a", "mei")
    assert [p.key for p in queue.among(hits, None, 2)] == ["key:1", "key:3"]
    assert [p.key for p in queue.among(hits, hits.places[2], 9)] == ["key:7"]
    first = queue.find(Filter(tag="food/tea"), limit=3)
    assert not first.complete
    rest = queue.find(Filter(tag="food/tea"), first.places[-1])
    assert [*first.places, *rest.places] == [place_of(p) for p in queue.after(None, 9)]


def plan_of(store: Store, statement: str) -> str:
    return " ".join(str(row) for row in store.query(f"EXPLAIN QUERY PLAN {statement}"))


def test_the_queue_is_read_off_an_index(store: Store) -> None:
    page = (
        f"SELECT title FROM products WHERE {WAITING} AND ({CERTAINTY}, id) > (0.2, 3) "
        f"ORDER BY {CERTAINTY}, id LIMIT 20"
    )
    assert "INDEX" in plan_of(store, page)
    assert "TEMP B-TREE" not in plan_of(store, page)
    some = f"SELECT title FROM products NOT INDEXED WHERE id IN (1, 2) AND {WAITING}"
    assert "USING INTEGER PRIMARY KEY" in plan_of(store, some)
    code = f"SELECT id FROM products WHERE {CODE} = '1' AND gtin <> ''"
    assert "products_by_code" in plan_of(store, code)


def test_a_filter_looks_at_no_product_that_it_does_not_show(store: Store) -> None:
    asked: list[str] = []
    store._connection.set_trace_callback(asked.append)
    ReviewQueue(store).find(Filter("a", "food", "too_broad"), (0.1, 2))
    store._connection.set_trace_callback(None)
    (statement,) = asked
    program = store.query(f"EXPLAIN {statement}")
    cursors = {row[2] for row in program if row[1] == "OpenRead" and row[4] == 0}
    read = [row for row in program if row[1] == "Column"]
    index = next(row[2] for row in program if row[1] == "OpenRead" and "k(" in str(row[5]))
    assert cursors
    assert all(row[2] == index for row in read)
    assert "TEMP B-TREE" not in plan_of(store, statement)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("Herbal Tea", "food/drinks/tea/herbal"),
        ("花草茶", "food/drinks/tea/herbal"),
        ("hcc", "food/drinks/tea/herbal"),
        ("huacaocha", "food/drinks/tea/herbal"),
        ("hua cao", "food/drinks/tea/herbal"),
        ("herbl tea", "food/drinks/tea/herbal"),
        ("mobile ph", "electronics/communications/phones/mobile-phones"),
    ],
)
def test_tags_are_found_by_whatever_people_type(query: str, expected: str) -> None:
    found = [TAGGER.taxonomy.ids[node] for node in SEARCH.find(query)]
    assert expected in found[:3], found


def test_nonsense_finds_nothing() -> None:
    assert SEARCH.find("") == SEARCH.find("qzxv qzxv") == []


def test_the_word_that_tells_has_the_largest_effect() -> None:
    title = "Twinings green tea 100 bags"
    tagging = TAGGER.tag(title)
    assert tagging.best
    found = influences(TAGGER, title, tagging.guess[0].id)
    assert [influence.word for influence in found] == title.split()
    assert all(title[i.start :].startswith(i.word) for i in found)
    assert max(found, key=lambda influence: influence.effect).word == "tea"


def test_chinese_titles_are_taken_apart_by_character() -> None:
    found = influences(TAGGER, "青岛啤酒", TAGGER.tag("青岛啤酒").guess[0].id)
    assert [influence.word for influence in found] == list("青岛啤酒")
    (only,) = influences(TAGGER, "茶", "food")
    assert only.effect > 0.5
