"""A store keeps products, their story, and above all what people decided."""

import multiprocessing
import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tagrt import Tagger
from tagrt.cli.main import main
from tagrt.errors import StoreError
from tagrt.store import Store, content_hash, product_key
from tagrt.types import Decision, Product, Reason, Tag, Tagging

TEA = Tag("food/drinks/tea", "Tea", "茶", 0.9)
SURE = Tagging((TEA,), (TEA,), Decision.AUTO)
UNSURE = Tagging((), (TEA,), Decision.REVIEW, Reason.LOW_CONFIDENCE)
POT = Product("Teapot", key="7", gtin="96385074")


def recorded(store: Store, product: Product, tagging: Tagging = UNSURE) -> object:
    run = store.begin_run("stock.csv", "model 1")
    (correction,) = store.record(run, [product], [tagging])
    return correction


def test_products_are_known_by_key_then_barcode_then_title() -> None:
    assert product_key(POT) == "key:7"
    assert product_key(Product("x", gtin=" 96385074 ")) == "gtin:96385074"
    assert product_key(Product("Green  TEA")) == product_key(Product("green tea"))
    assert content_hash(Product("Tea", key="1")) == content_hash(Product("tea", key="2"))


def test_a_decision_stands_in_later_runs_until_the_text_changes(tmp_path: Path) -> None:
    with Store(tmp_path / "shop.db", create=True) as store:
        assert recorded(store, POT) is None
        store.correct("7", "home/kitchen/tableware", "mei")
        for tagging in (UNSURE, SURE):
            assert recorded(store, POT, tagging) == ("home/kitchen/tableware", content_hash(POT))
        assert store.counts()["human"] == 1
        recorded(store, POT._replace(title="Teapot with tea"))
        assert (store.counts()["human"], store.counts()["review"]) == (0, 1)
        assert [(e.by, e.tag, e.decision) for e in store.history("96385074")] == [
            ("model 1", "", "review"),
            ("mei", "home/kitchen/tableware", "human"),
            ("model 1", "food/drinks/tea", "auto"),
            ("model 1", "", "review"),
        ]


def test_undo_brings_the_models_last_word_back(tmp_path: Path) -> None:
    with Store(tmp_path / "shop.db", create=True) as store:
        recorded(store, POT)
        store.correct("7", "a", "mei")
        store.correct("7", "b", "li")
        assert recorded(store, POT, SURE) == ("b", content_hash(POT))
        assert store.undo("7")
        assert recorded(store, POT, SURE) == ("a", content_hash(POT))
        assert store.undo("7")
        assert not store.undo("7")
        assert store.counts()["auto"] == 1
        assert [e.decision for e in store.history("7")][-1] == "undone"
        assert recorded(store, POT, SURE) is None


def test_the_same_run_twice_tells_the_story_once(tmp_path: Path) -> None:
    with Store(tmp_path / "shop.db", create=True) as store:
        for _ in range(3):
            recorded(store, POT, SURE)
        assert len(store.history("7")) == 1


def test_a_key_that_comes_twice_in_a_file_loses_no_product(tmp_path: Path) -> None:
    with Store(tmp_path / "shop.db", create=True) as store:
        for _ in range(2):
            run = store.begin_run("stock.csv", "m")
            store.record(run, [POT, POT._replace(title="Cup"), POT], [SURE, UNSURE, SURE])
        assert store.counts()["products"] == 2
        assert store.history("key:7")[0].title == "Teapot"


def test_what_is_no_store_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no such store"):
        Store(tmp_path / "shop.db")
    (tmp_path / "text.db").write_text("no database, but long enough to be looked at" * 50)
    with pytest.raises(StoreError, match="cannot be opened as a store"):
        Store(tmp_path / "text.db")
    with (
        Store(tmp_path / "shop.db", create=True) as store,
        pytest.raises(StoreError, match="no product has the key"),
    ):
        store.correct("nothing", "a", "mei")
    connection = sqlite3.connect(tmp_path / "shop.db")
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(StoreError, match="store schema 99 is newer"):
        Store(tmp_path / "shop.db")


def test_a_backup_is_a_store_and_overwrites_nothing(tmp_path: Path) -> None:
    with Store(tmp_path / "shop.db", create=True) as store:
        recorded(store, POT)
        store.backup(tmp_path / "copy.db")
        with pytest.raises(StoreError, match="exists"):
            store.backup(tmp_path / "copy.db")
    with Store(tmp_path / "copy.db") as copy:
        assert (copy.counts()["products"], copy.check()) == (1, [])


def write(path: Path, who: int) -> None:
    with Store(path, create=True) as store:
        run = store.begin_run(f"{who}.csv", "m")
        for n in range(40):
            store.record(run, [Product(f"tea {who} {n}", key=f"{who}-{n}")], [SURE])
            store.correct(f"{who}-{n}", "a", f"p{who}")


def test_two_processes_share_a_store(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=write, args=(tmp_path / "shop.db", who)) for who in (1, 2)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert [writer.exitcode for writer in writers] == [0, 0]
    with Store(tmp_path / "shop.db") as store:
        assert (store.counts()["human"], store.check()) == (80, [])


KILLED = """
import sys
from tagrt.store import Store
from tagrt.types import *
with Store(sys.argv[1], create=True) as store:
    run = store.begin_run("x", "m")
    for n in range(100000):
        store.record(run, [Product(f"tea {n}", key=str(n))], [Tagging((), (), Decision.REVIEW)])
        store.correct(str(n), "a", "mei")
        print(n, flush=True)
"""


def test_a_decision_that_was_made_survives_a_kill(tmp_path: Path) -> None:
    for turn in range(5):
        path = tmp_path / f"{turn}.db"
        command = [sys.executable, "-c", KILLED, str(path)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout
            told = [process.stdout.readline() for _ in range(5 + turn * 7)]
            os.kill(process.pid, signal.SIGKILL)
            told += process.stdout.readlines()
        made = [int(line) for line in told if line.endswith("\n")]
        with Store(path) as store:
            assert store.check() == []
            assert store.counts()["human"] >= len(made)
            assert all(store.history(str(n))[-1].decision == "human" for n in made)


def test_the_commands_work_on_one_store(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source, store = tmp_path / "stock.csv", ["--store", str(tmp_path / "shop.db")]
    source.write_text("sku,title\n1,Nescafe coffee 100g\n2,zzzz qqqq\n3,\n")
    assert main(["run", str(source), *store, "--quiet"]) == 0
    assert main(["correct", "2", "花草茶", *store]) == 0
    assert main(["correct", "2", "Teaa", *store]) == 2
    assert main(["run", str(source), *store]) == 0
    said = capsys.readouterr().err
    assert "did you mean tea" in said
    assert "human     1 (33%)" in said
    rows = (tmp_path / "stock.tagged.csv").read_text().splitlines()
    assert ",human," in rows[2]
    source.write_text("sku,title\n1,Nescafe coffee 100g\n2,zzzz of another kind\n3,\n")
    assert main(["run", str(source), *store, "--quiet"]) == 0
    assert ",review,changed" in (tmp_path / "stock.tagged.csv").read_text().splitlines()[2]
    assert main(["history", "2", *store]) == 0
    assert "\thuman\t" in capsys.readouterr().out
    assert main(["correct", "2", "--undo", *store]) == 0
    assert main(["db", "check", *store]) == 0
    assert main(["db", "stats", *store]) == 0
    assert "products\t2" in capsys.readouterr().out
    started = time.perf_counter()
    assert main(["db", "backup", str(tmp_path / "copy.db"), *store]) == 0
    assert time.perf_counter() - started < 5


def test_a_tag_that_the_model_lacks_changes_nothing() -> None:
    assert Tagger.load().corrected(UNSURE, "no/such/tag") == UNSURE
