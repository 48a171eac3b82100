"""The parts that a review needs: the queue, the search for a tag, and the words that drove one."""

from pathlib import Path

import pytest

from tagrt import Tagger
from tagrt.inference.explain import influences
from tagrt.store import Store
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
    found = queue.by_code(("0096385074", "96385074"))
    assert found
    assert queue.cells(found.id) == {"name": "product 3", "price": "1.10"}
    assert queue.product(found.id).gtin == "96385074"
    assert queue.by_code(("1",)) is None


def test_the_queue_stays_fast_on_many_products(store: Store) -> None:
    plan = store.query(
        "EXPLAIN QUERY PLAN SELECT id FROM products WHERE decision = ? "
        "AND (ifnull(best_probability, 0.0), id) > (?, ?) "
        "ORDER BY ifnull(best_probability, 0.0), id LIMIT 20",
        ("review", 0.2, 3),
    )
    said = " ".join(str(row) for row in plan)
    assert "products_by_certainty" in said
    assert "TEMP B-TREE" not in said


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
