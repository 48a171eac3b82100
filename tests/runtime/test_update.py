"""An update tags what changed and nothing else, keeps what people decided, and survives being killed."""

import csv
import multiprocessing
import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import pytest

import tagrt.store.changes
import tagrt.update.sort
from tagrt.cli.main import main
from tagrt.errors import ColumnError, StoreError
from tagrt.inference.stages import Stages
from tagrt.run import RunOptions, run_file
from tagrt.store import Store
from tagrt.store.additions import Additions
from tagrt.store.change import Stale
from tagrt.store.changes import ChangeLog
from tagrt.tables import ColumnNames
from tagrt.types import Decision, Product, Reason, Tag, Tagging
from tagrt.update import UpdateOptions, UpdateReport, render_report, update_store

TAGS = {name: Tag(f"food/{name}", name.title(), name, 0.9) for name in ("tea", "coffee", "cake")}


class Words:
    """Tags a product by the first word it knows, and remembers what it was asked."""

    def __init__(self, version: str = "1", tags: dict[str, Tag] = TAGS) -> None:
        self.fingerprint = f"words {version}"
        self.tags = tags
        self.asked: list[str] = []

    def corrected(self, tagging: Tagging, tag: str, changed: bool = False) -> Tagging:
        return tagging._replace(path=(Tag(tag, tag, tag, 1.0),), decision=Decision.HUMAN)

    def tag_chunks(
        self, chunks: Iterable[Sequence[Product | str]], stages: Stages | None = None
    ) -> Iterator[list[Tagging]]:
        ahead: list[list[Tagging]] = []
        for chunk in chunks:  # reads ahead as the threads of a real tagger do
            ahead.append([self.tag(product) for product in chunk])
            if len(ahead) > 2:
                yield ahead.pop(0)
        yield from ahead

    def tag(self, product: Product | str) -> Tagging:
        title = product.title if isinstance(product, Product) else product
        self.asked.append(title)
        found = next((tag for word, tag in self.tags.items() if word in title), None)
        if found is None:
            return Tagging((), (TAGS["tea"],), Decision.REVIEW, Reason.LOW_CONFIDENCE)
        return Tagging((found,), (found,), Decision.AUTO)


def write(path: Path, *rows: str, header: str = "sku,title,price") -> Path:
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return path


def update(
    tmp_path: Path, source: Path | None, tagger: Words | None = None, **options: object
) -> UpdateReport:
    chosen = UpdateOptions(**options)  # type: ignore[arg-type]
    return update_store(tagger or Words(), tmp_path / "shop.db", source, chosen)


def changes(report: UpdateReport) -> list[dict[str, str]]:
    assert report.written
    with report.written.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def counted(report: UpdateReport) -> dict[str, int]:
    return {kind: count for kind, count in report.changes.items() if count}


@pytest.fixture
def stock(tmp_path: Path) -> Path:
    return write(
        tmp_path / "stock.csv", "1,green tea,1", "2,black coffee,2", "3,cheese cake,3", "4,mystery,4"
    )


def test_only_new_and_changed_products_go_through_the_model(tmp_path: Path, stock: Path) -> None:
    assert counted(update(tmp_path, stock)) == {"added": 4}
    write(stock, "1,green tea,1", "2,black tea,2", "3,cheese cake  XL,3", "5,oolong tea,5")
    tagger = Words()
    report = update(tmp_path, stock, tagger)
    assert sorted(tagger.asked) == ["black tea", "cheese cake  XL", "oolong tea"]
    assert counted(report) == {"added": 1, "retagged": 1, "kept": 1, "vanished": 1}
    assert report.unchanged == 1
    assert report.moved == [("food/coffee", "food/tea", 1)]
    by_key = {row["key"]: row for row in changes(report)}
    assert by_key["key:2"]["title_before"] == "black coffee"
    assert (by_key["key:2"]["tag_id_before"], by_key["key:2"]["tag_id"]) == ("food/coffee", "food/tea")
    assert by_key["key:4"]["change"] == "vanished"
    said = render_report(report)
    assert "food/coffee -> food/tea" in said and "no longer in the file" in said


def test_the_same_update_twice_changes_nothing(tmp_path: Path, stock: Path) -> None:
    update(tmp_path, stock)
    tagger = Words()
    report = update(tmp_path, stock, tagger)
    assert (counted(report), tagger.asked, report.unchanged) == ({}, [], 4)
    assert changes(report) == []


def test_a_new_price_needs_no_model_but_is_kept(tmp_path: Path, stock: Path) -> None:
    update(tmp_path, stock)
    stock.write_text(stock.read_text().replace("coffee,2", "coffee,9"))
    tagger = Words()
    assert counted(update(tmp_path, stock, tagger)) == {} and tagger.asked == []
    with Store(tmp_path / "shop.db") as store:
        assert store.query("SELECT cells FROM products WHERE key = 'key:2'") == [
            ('{"sku": "2", "title": "black coffee", "price": "9"}',)
        ]


def test_what_a_person_decided_stands_and_goes_to_review_when_the_text_changes(
    tmp_path: Path, stock: Path
) -> None:
    update(tmp_path, stock)
    with Store(tmp_path / "shop.db") as store:
        store.correct("2", "food/cake", "mei", note="it is a cake")
    assert counted(update(tmp_path, stock)) == {}
    stock.write_text(stock.read_text().replace("black coffee", "white coffee"))
    report = update(tmp_path, stock)
    (row,) = changes(report)
    assert row == {
        **{"change": "locked", "key": "key:2", "title": "white coffee", "title_before": "black coffee"},
        **{"tag_id": "food/cake", "tag_id_before": "food/cake", "decision": "review", "reason": "changed"},
        "note": "",
    }
    with Store(tmp_path / "shop.db") as store:
        (event,) = [event for event in store.history("2") if event.decision == "human"]
        assert (event.tag, event.note) == ("food/cake", "it is a cake")
    assert counted(update(tmp_path, stock)) == {}
    assert counted(update(tmp_path, None, Words("2"), retag=True)) == {}, "a new model leaves people's tags"


def test_a_product_that_vanished_comes_back_as_it_was(tmp_path: Path, stock: Path) -> None:
    update(tmp_path, stock)
    whole = stock.read_text()
    stock.write_text(whole.replace("2,black coffee,2\n", ""))
    assert counted(update(tmp_path, stock)) == {"vanished": 1}
    assert counted(update(tmp_path, stock)) == {}
    stock.write_text(whole)
    tagger = Words()
    assert counted(update(tmp_path, stock, tagger)) == {"returned": 1} and tagger.asked == []


def test_a_part_of_the_shop_makes_nothing_vanish(tmp_path: Path, stock: Path) -> None:
    update(tmp_path, stock)
    part = write(tmp_path / "part.csv", "1,green tea,1")
    assert counted(update(tmp_path, part, partial=True)) == {}


def test_a_new_model_tells_every_tag_that_it_moves(tmp_path: Path, stock: Path) -> None:
    update(tmp_path, stock)
    newer = {**TAGS, "cake": TAGS["tea"], "mystery": TAGS["coffee"]}
    report = update(tmp_path, None, Words("2", newer), retag=True)
    assert report.moved == [("", "food/coffee", 1), ("food/cake", "food/tea", 1)]
    again = Words("2", newer)
    assert counted(update(tmp_path, None, again, retag=True)) == {} and again.asked == []
    assert update(tmp_path, stock, Words("3")).other_model == 4


def test_two_products_of_one_key_are_kept_apart_in_any_order(tmp_path: Path) -> None:
    rows = ["7,tea pot,1", "7,coffee cup,2", "7,tea pot,1", "8,cake,1"]
    stock = write(tmp_path / "stock.csv", *rows)
    assert counted(update(tmp_path, stock)) == {"added": 3}
    write(stock, *reversed(rows))
    assert counted(update(tmp_path, stock)) == {}
    write(stock, "7,coffee mug,2", *rows[2:])
    assert counted(update(tmp_path, stock)) == {"added": 1, "vanished": 1}, "the pot keeps its key"


def test_rows_without_title_or_sense_are_counted_and_listed(tmp_path: Path) -> None:
    stock = tmp_path / "stock.csv"
    stock.write_bytes(b"sku,title\n1,green tea\n2,\n3,\xff\xfe cake\n")
    report = update(tmp_path, stock, encoding="utf-8")
    assert (report.rows, report.untitled, report.damaged, int(report.exit_code)) == (3, 1, 1, 1)
    assert report.rejected and "3,4," in report.rejected.read_text("utf-8")
    stock.write_bytes(b"sku,title\n1,\n3,cake\n")
    report = update(tmp_path, stock)
    assert "vanished" not in counted(report), "a product that lost its title is still there"
    assert not (tmp_path / "stock.rejected.csv").exists()


def test_a_second_update_of_the_store_waits_for_its_turn(tmp_path: Path, stock: Path) -> None:
    class Meddler(Words):
        def tag(self, product: Product | str) -> Tagging:
            with pytest.raises(StoreError, match="being updated by another"):
                update(tmp_path, stock)
            return super().tag(product)

    update(tmp_path, stock, Meddler())


def test_an_older_store_is_brought_up_with_what_people_decided(tmp_path: Path, stock: Path) -> None:
    from tagrt.store.schema import MIGRATIONS

    with sqlite3.connect(tmp_path / "shop.db") as old:
        old.executescript(MIGRATIONS[0])
        old.execute("PRAGMA user_version = 1")
        old.execute("INSERT INTO runs (source, model, started) VALUES ('s', 'm', '2026-01-01')")
        from tagrt.store import content_hash

        content = content_hash(Product("black coffee"))
        old.execute(
            "INSERT INTO products VALUES (1, 'key:2', ?, 'black coffee', '', '', '', '', '{}', 'food/cake', "
            "NULL, '', NULL, 'human', '', 1)",
            (content,),
        )
        old.execute(
            "INSERT INTO taggings VALUES (1, 1, 1, 'black coffee', '', NULL, '', NULL, 'review', 'too_broad')"
        )
        old.execute(
            "INSERT INTO corrections VALUES (1, 1, 'food/cake', ?, 'li', '2026-01-02', NULL)", (content,)
        )
    old.close()
    assert counted(update(tmp_path, stock)) == {"added": 3}
    with Store(tmp_path / "shop.db") as store:
        assert store.query("SELECT title FROM corrections") == [("black coffee",)]
        assert store.counts()["human"] == 1


def killed_update(folder: Path, source: Path, after: int) -> None:
    class Dies(Words):
        def tag(self, product: Product | str) -> Tagging:
            if len(self.asked) == after:
                os._exit(9)
            return super().tag(product)

    update(folder, source, Dies())


def test_the_report_of_a_killed_update_is_told_by_the_next(tmp_path: Path) -> None:
    rows = [f"{n},tea {n},1" for n in range(6000)]
    stock = write(tmp_path / "stock.csv", *rows)
    context = multiprocessing.get_context("fork")
    kept = 0
    for after in (1500, 3500):
        process = context.Process(target=killed_update, args=(tmp_path, stock, after))
        process.start()
        process.join()
        assert process.exitcode == 9
        with Store(tmp_path / "shop.db") as store:
            assert store.check() == []
            kept = store.counts()["products"]
    assert 0 < kept < 6000
    tagger = Words()
    report = update(tmp_path, stock, tagger)
    assert counted(report) == {"added": 6000} and len(changes(report)) == 6000
    assert len(tagger.asked) == 6000 - kept


def run_beside(tmp_path: Path, *rows: str) -> None:
    """What another process' `tagrt run --store` does."""
    other = write(tmp_path / "other.csv", *rows)
    run_file(Words(), other, RunOptions(store=tmp_path / "shop.db"))


def texts(tmp_path: Path) -> dict[str, tuple[str, str]]:
    with Store(tmp_path / "shop.db") as store:
        return {key: (title, tag) for key, title, tag in store.query("SELECT key, title, tag FROM products")}


def test_a_run_of_another_file_in_between_is_seen(tmp_path: Path) -> None:
    source = write(tmp_path / "stock.csv", "A,green tea,1", "B,cake,2")
    update(tmp_path, source)
    run_beside(tmp_path, "A,black coffee,1")
    assert texts(tmp_path)["key:A"] == ("black coffee", "food/coffee")
    update(tmp_path, source)
    assert texts(tmp_path)["key:A"] == ("green tea", "food/tea")


def test_tagging_again_does_not_put_back_what_a_run_beside_it_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    update(tmp_path, write(tmp_path / "stock.csv", "A,green tea,1", "B,cake,2"))
    stale = ChangeLog.stale

    def meanwhile(self: ChangeLog, *arguments: str | None) -> Iterator[list[Stale]]:
        for page in stale(self, *arguments):
            run_beside(tmp_path, "A,black coffee,1")
            yield page

    monkeypatch.setattr(ChangeLog, "stale", meanwhile)
    update(tmp_path, None, Words("2"), retag=True)
    assert texts(tmp_path)["key:A"] == ("black coffee", "food/coffee")


def test_rows_of_one_key_may_change_places(tmp_path: Path) -> None:
    source = write(tmp_path / "stock.csv", "A,green tea,1", "A,cake,2")
    store_file = tmp_path / "shop.db"
    run_file(Words(), source, RunOptions(store=store_file))
    with Store(store_file) as store:
        store.correct("key:A", "food/coffee", "mei")
    write(source, "A,cake,2", "A,green tea,1")
    run_file(Words(), source, RunOptions(store=store_file))
    with Store(store_file) as store:
        rows = store.query("SELECT title, tag, decision FROM products ORDER BY title")
    assert rows == [("cake", "food/cake", "auto"), ("green tea", "food/coffee", "human")]


FAR = [f"n{n},tea {n},1" for n in range(3000)]
"""More rows than are sorted together."""


def products(tmp_path: Path) -> list[tuple[str, ...]]:
    with Store(tmp_path / "shop.db") as store:
        return store.query(
            "SELECT key, title, tag, decision, gone IS NULL FROM products "
            "WHERE key LIKE 'key:A%' ORDER BY title"
        )


@pytest.mark.parametrize("known", [["A,green tea,1"], ["A,green tea,1", "A,coffee cup,2"]])
@pytest.mark.parametrize("waiting", [10, 100_000])
def test_rows_of_one_key_far_apart_keep_their_products(
    tmp_path: Path, known: list[str], waiting: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tagrt.update.sort, "MOST_WAITING", waiting)
    source = write(tmp_path / "stock.csv", *known[:1], *FAR, *known[1:])
    update(tmp_path, source)
    with Store(tmp_path / "shop.db") as store:
        store.correct("key:A", "food/cake", "mei")
    changed = [row.replace("tea", "coffee") for row in FAR[:50]]
    write(source, "A,coffee mug,2", *changed, *FAR[50:], "A,green tea,1")
    report = update(tmp_path, source)
    assert counted(report) == {"added": 1, "retagged": 50, **({"vanished": 1} if len(known) > 1 else {})}
    assert ("key:A", "green tea", "food/cake", "human", 1) in products(tmp_path), "mei's product is hers"
    before = products(tmp_path)
    tagger = Words()
    assert (counted(update(tmp_path, source, tagger)), tagger.asked) == ({}, [])
    write(source, "A,green tea,1", *reversed([*changed, *FAR[50:]]), "A,coffee mug,2")
    assert counted(update(tmp_path, source)) == {}
    assert products(tmp_path) == before


@pytest.mark.parametrize("between", [[], FAR])
def test_of_rows_that_differ_in_the_price_alone_the_first_is_kept(tmp_path: Path, between: list[str]) -> None:
    source = write(tmp_path / "stock.csv", "A,green tea,1", *between, "A,green tea,2")
    for _ in range(3):
        report = update(tmp_path, source)
        with Store(tmp_path / "shop.db") as store:
            ((cells,),) = store.query("SELECT cells FROM products WHERE key = 'key:A'")
        assert '"price": "1"' in cells
    assert (counted(report), report.unchanged) == ({}, len(between) + 2)
    write(source, "A,green tea,3", *between, "A,green tea,2")
    update(tmp_path, source)
    with Store(tmp_path / "shop.db") as store:
        assert '"price": "3"' in store.query("SELECT cells FROM products WHERE key = 'key:A'")[0][0]


def test_a_row_without_title_takes_no_key_from_a_changed_one(tmp_path: Path) -> None:
    source = write(tmp_path / "stock.csv", "A,green tea,1", "A,,1")
    update(tmp_path, source)
    write(source, "A,black tea,1", *FAR, "A,,1")
    assert counted(update(tmp_path, source)) == {"added": 3000, "kept": 1}


def test_what_was_scanned_in_vanishes_only_after_a_file_had_it(tmp_path: Path, stock: Path) -> None:
    update(tmp_path, stock)
    scanned = {code: Product(f"cake {code}", gtin=code) for code in ("4006381333931", "96385074")}
    with Store(tmp_path / "shop.db") as store:
        for product in scanned.values():
            Additions(store, "m").add(product, Words().tag(product))
    assert counted(update(tmp_path, stock)) == {}
    assert counted(update(tmp_path, None, Words("2"), retag=True)) == {}, "its last run is an update's now"
    whole = "sku,title,price,barcode\n1,green tea,1,\n2,black coffee,2,\n3,cheese cake,3,\n4,mystery,4,\n"
    stock.write_text(whole)
    assert counted(update(tmp_path, stock)) == {}
    stock.write_text(whole + ",cake 96385074,1,96385074\n")
    assert counted(update(tmp_path, stock)) == {}
    stock.write_text(whole)
    assert counted(update(tmp_path, stock)) == {"vanished": 1}
    with Store(tmp_path / "shop.db") as store:
        assert store.query("SELECT key FROM products WHERE gone IS NULL AND gtin <> ''") == [
            ("gtin:4006381333931",)
        ]


def test_a_scanned_product_that_a_run_tagged_vanishes_like_others(tmp_path: Path, stock: Path) -> None:
    update(tmp_path, stock)
    with Store(tmp_path / "shop.db") as store:
        Additions(store, "m").add(Product("tea", gtin="96385074"), Words().tag("tea"))
    other = write(tmp_path / "other.csv", "tea,96385074", header="title,barcode")
    run_file(Words(), other, RunOptions(store=tmp_path / "shop.db"))
    assert counted(update(tmp_path, stock)) == {"vanished": 1}


def test_what_others_put_into_the_store_meanwhile_has_not_vanished(tmp_path: Path, stock: Path) -> None:
    class Beside(Words):
        def tag(self, product: Product | str) -> Tagging:
            if not self.asked:
                run_beside(tmp_path, "B,cake,2")
            return super().tag(product)

    assert counted(update(tmp_path, stock, Beside())) == {"added": 4}
    assert counted(update(tmp_path, stock)) == {"vanished": 1}


def test_vanishing_in_pieces_goes_on_after_a_kill(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = write(tmp_path / "stock.csv", *FAR)
    update(tmp_path, source)
    write(source, FAR[0])
    monkeypatch.setattr(tagrt.store.changes, "_AT_ONCE", 500)
    gone, pieces = ChangeLog._gone, []

    def dies(self: ChangeLog, found: Sequence[int], at: str) -> None:
        if pieces:
            raise KeyboardInterrupt
        pieces.append(len(found))
        gone(self, found, at)

    monkeypatch.setattr(ChangeLog, "_gone", dies)
    with pytest.raises(KeyboardInterrupt):
        update(tmp_path, source)
    with Store(tmp_path / "shop.db") as store:
        assert store.counts()["vanished"] == pieces[0] < 2999
    monkeypatch.setattr(ChangeLog, "_gone", gone)
    report = update(tmp_path, source)
    assert counted(report) == {"vanished": 2999} and len(changes(report)) == 2999
    assert counted(update(tmp_path, source)) == {}


def test_rejected_rows_of_an_earlier_update_stay_until_this_one_is_done(tmp_path: Path) -> None:
    stock, rejected = tmp_path / "stock.csv", tmp_path / "stock.rejected.csv"
    stock.write_bytes(b"sku,title\n1,green tea\n3,\xff\xfe cake\n")
    update(tmp_path, stock, encoding="utf-8")
    before = rejected.read_bytes()

    class Fails(Words):
        def tag(self, product: Product | str) -> Tagging:
            raise StoreError("no")

    stock.write_bytes(b"sku,title\n1,black tea\n4,\xff\xfe pie\n")
    with pytest.raises(StoreError):
        update(tmp_path, stock, Fails(), encoding="utf-8")
    with pytest.raises(ColumnError):
        update(tmp_path, stock, columns=ColumnNames(title="no"), encoding="utf-8")
    assert rejected.read_bytes() == before
    (tmp_path / ".stock.rejected.csv.part").write_text("of a run that was cut")
    update(tmp_path, stock, encoding="utf-8")
    assert "pie" in rejected.read_text("utf-8") and "cake" not in rejected.read_text("utf-8")
    stock.write_bytes(b"sku,title\n1,black tea\n")
    update(tmp_path, stock)
    assert not rejected.exists()
    hidden = sorted(path.name for path in tmp_path.iterdir() if path.name.startswith("."))
    assert hidden == [".stock.rejected.csv.part"]


def test_a_persons_tag_is_written_in_the_shops_words(tmp_path: Path) -> None:
    words = tmp_path / "shop.toml"
    words.write_text('[[tag]]\nname = {en = "Leaves", zh = "茶饮"}\ncovers = ["food/drinks/tea"]\n')
    stock = tmp_path / "stock.csv"
    stock.write_text("sku,title\n1,zzzz qqqq\n2,Twinings green tea 100 bags\n")
    store = ["--store", str(tmp_path / "shop.db"), "--vocabulary", str(words)]
    whole = tmp_path / "out.csv"
    assert main(["update", str(stock), *store, "--quiet"]) == 0
    assert main(["correct", "1", "food/drinks/tea/herbal", *store]) == 0
    assert main(["update", str(stock), *store, "--output", str(whole), "--lang", "zh", "--quiet"]) == 0
    ran = tmp_path / "ran.csv"
    assert main(["run", str(stock), *store, "--output", str(ran), "--lang", "zh", "--quiet"]) == 0
    for path in (whole, ran):
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
        assert [(row["tag_id"], row["tag"]) for row in rows] == [("shop:leaves", "茶饮")] * 2
        assert [row["decision"] for row in rows] == ["human", "auto"]


def test_odd_bytes_in_a_name_of_a_file_stop_nothing(tmp_path: Path) -> None:
    source = write(tmp_path / os.fsdecode(b"st\xffock.csv"), "1,green tea,1")
    assert counted(update(tmp_path, source)) == {"added": 1}
    assert counted(update(tmp_path, source)) == {}
    run_file(Words(), source, RunOptions(store=tmp_path / "shop.db"))


def test_a_nul_in_a_key_stops_nothing(tmp_path: Path) -> None:
    source = tmp_path / "stock.jsonl"
    source.write_text('{"sku": "A\\u0000B", "title": "green tea"}\n')
    assert update(tmp_path, source).rows == 1
    assert update(tmp_path, source).unchanged == 1


def test_a_damaged_store_is_told_and_no_traceback(tmp_path: Path) -> None:
    update(tmp_path, write(tmp_path / "stock.csv", *(f"{n},green tea {n},1" for n in range(300))))
    store_file = tmp_path / "shop.db"
    data = bytearray(store_file.read_bytes())
    data[8192:] = b"\xff" * (len(data) - 8192)
    store_file.write_bytes(data)
    for command in (["check"], ["stats"]):
        assert main(["db", *command, "--store", str(store_file)]) == 3
