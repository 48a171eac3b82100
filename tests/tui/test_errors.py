"""Errors are told in the interface's language and with its keys, whatever the runtime says in English."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.tui.driving import EXAMPLE, drive, notices, opened, run_ended
from textual.pilot import Pilot

import tagrt
from tagrt import Tagger
from tagrt.errors import TagrtError
from tagrt.run import RunOptions, run_file
from tagrt.run.durable import DurableOutput
from tagrt.store import Store
from tagrt.tables.columns import ColumnNames, find_columns
from tagrt.tables.window import TableWindow
from tagrt.types import Language
from tagrt_tui.app import TagrtApp
from tagrt_tui.error_texts import _ERRORS, error_text
from tagrt_tui.running import RunState
from tagrt_tui.session import Session
from tagrt_tui.widgets.run_panel import RunPanel

RAISED = re.compile(r'"((?:file|column|output|store)\.[a-z_]+)"')
OPTION = re.compile(r"--[a-z]")


def no_file(folder: Path) -> None:
    TableWindow(folder / "none.csv")


def a_folder(folder: Path) -> None:
    TableWindow(folder)


def empty(folder: Path) -> None:
    (folder / "empty.csv").touch()
    TableWindow(folder / "empty.csv")


def old_workbook(folder: Path) -> None:
    (folder / "old.xls").write_bytes(b"\xd0\xcf\x11\xe0 and so on")
    TableWindow(folder / "old.xls")


def bytes_of_a_program(folder: Path) -> None:
    (folder / "program.csv").write_bytes(bytes(range(256)) * 40)
    TableWindow(folder / "program.csv")


def wrong_encoding(folder: Path) -> None:
    (folder / "odd.csv").write_bytes(b"title\nodd")
    TableWindow(folder / "odd.csv", encoding="utf-16")


def no_title(folder: Path) -> None:
    find_columns(["a", "b"])


def no_column(folder: Path) -> None:
    find_columns(["title", "b"], ColumnNames(brand="maker"))


def no_target_folder(folder: Path) -> None:
    target = folder / "none" / "out.csv"
    DurableOutput(target, target.with_name("rejected.csv"), {}, False, False).__enter__()


def over_its_source(folder: Path) -> None:
    (folder / "t.csv").write_text("title\ntea\n")
    run_file(Tagger.load(), folder / "t.csv", RunOptions(output=folder / "t.csv"))


def no_store(folder: Path) -> None:
    (folder / "shop.db").write_text("this is no database, but a text that is long enough" * 99)
    Store(folder / "shop.db")


def newer_store(folder: Path) -> None:
    with sqlite3.connect(folder / "shop.db") as connection:
        connection.execute("PRAGMA user_version = 99")
    Store(folder / "shop.db")


def store_that_cannot_be_made(folder: Path) -> None:
    (folder / "shop.db").mkdir()
    Store(folder / "shop.db", create=True)


def store_nowhere(folder: Path) -> None:
    Store(folder / "none" / "shop.db", create=True)


def busy_store(folder: Path) -> None:
    with Store(folder / "shop.db", create=True, wait=0.05) as store:
        holder = sqlite3.connect(folder / "shop.db", isolation_level=None)
        holder.execute("BEGIN IMMEDIATE")
        with store.transaction():
            pass


@pytest.mark.parametrize(
    "cause",
    [
        no_file, a_folder, empty, old_workbook, bytes_of_a_program, wrong_encoding, no_title, no_column,
        no_target_folder, over_its_source, no_store, newer_store, store_nowhere, store_that_cannot_be_made,
        busy_store,
    ],
)  # fmt: skip
def test_an_error_is_told_in_both_languages(cause: Callable[[Path], None], tmp_path: Path) -> None:
    with pytest.raises(TagrtError) as raised:
        cause(tmp_path)
    english, chinese = (error_text(raised.value, language) for language in (Language.EN, Language.ZH))
    assert raised.value.code in _ERRORS
    assert re.search("[\u4e00-\u9fff]", chinese)
    assert not re.search("[\u4e00-\u9fff]", english.replace(str(tmp_path), ""))
    assert not OPTION.search(english + chinese)


def test_every_code_of_the_runtime_has_its_words() -> None:
    sources = "\n".join(p.read_text("utf-8") for p in Path(tagrt.__file__).parent.rglob("*.py"))
    assert set(RAISED.findall(sources)) == set(_ERRORS) - {"extra"}


def test_an_error_without_words_is_told_as_it_is() -> None:
    assert error_text(TagrtError("so it is"), Language.ZH) == "so it is"
    assert error_text(ValueError("odd"), Language.EN) == "ValueError: odd"


def test_a_run_that_fails_says_so_in_chinese(tmp_path: Path) -> None:
    catalog = tmp_path / "catalog.csv"
    catalog.write_bytes(EXAMPLE.read_bytes())
    catalog.with_name("catalog.tagged.csv").mkdir()

    async def steps(app: TagrtApp, pilot: Pilot[None]) -> None:
        await opened(pilot, app._workbench)
        await pilot.press("r", "y")
        await run_ended(pilot, session)
        assert session.running
        assert session.running.state is RunState.FAILED
        assert any("请改名或移走" in said for said in notices(app))
        assert "请改名或移走" in str(app.screen.query_one(RunPanel).render())

    session = Session(Tagger.load(), Language.ZH)
    drive(TagrtApp(session, catalog), steps)
