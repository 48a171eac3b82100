"""The workbench on real files with the bundled model: open, correct, run, hold, stop, go on, review."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest
from rich.cells import cell_len
from tests.tui.driving import EXAMPLE, drive, notices, opened, run_ended, until
from textual.pilot import Pilot
from textual.widgets import Input, OptionList, Static

from tagrt import Tagger
from tagrt.errors import StoreError
from tagrt.run import RunOptions, run_file
from tagrt.run.durable import unfinished
from tagrt.store import Store
from tagrt.tables.window import BLOCK
from tagrt.types import Language
from tagrt_tui.app import TagrtApp
from tagrt_tui.running import RunState
from tagrt_tui.screens.ask import AskScreen
from tagrt_tui.screens.path import PathScreen
from tagrt_tui.screens.pick import PickScreen
from tagrt_tui.screens.review import ReviewScreen
from tagrt_tui.screens.workbench import WorkbenchScreen
from tagrt_tui.session import Session
from tagrt_tui.state import UserState
from tagrt_tui.widgets.run_panel import RunPanel
from tagrt_tui.widgets.table_view import TableView

LARGE = 6000
LONG = 40_000
"""Rows that take a moment: long enough to hold the run."""


@pytest.fixture(scope="module")
def tagger() -> Tagger:
    return Tagger.load()


@pytest.fixture
def catalog(tmp_path: Path) -> Path:
    return Path(shutil.copy(EXAMPLE, tmp_path / "catalog.csv"))


@pytest.fixture
def large(tmp_path: Path) -> Path:
    path = tmp_path / "large.csv"
    path.write_text("sku,title\n" + "".join(f"{n},green tea no. {n}\n" for n in range(LARGE)))
    return path


@pytest.fixture
def long(tmp_path: Path) -> Path:
    path = tmp_path / "long.csv"
    path.write_text("sku,title\n" + "".join(f"{n},green tea no. {n}\n" for n in range(LONG)))
    return path


def workbench_of(app: TagrtApp) -> WorkbenchScreen:
    assert isinstance(app.screen, WorkbenchScreen)
    return app.screen


def lines_of(app: TagrtApp) -> list[str]:
    table = app.screen.query_one(TableView)
    return [table.render_line(y).text for y in range(table.size.height)]


def facts_of(app: TagrtApp) -> str:
    return str(app.screen.query_one("#facts", Static).content)


def test_a_catalogue_is_opened_tagged_and_reviewed(tagger: Tagger, catalog: Path, tmp_path: Path) -> None:
    async def steps(app: TagrtApp, pilot: Pilot[None]) -> None:
        await opened(pilot, workbench_of(app))
        roles, names, first = lines_of(app)[:3]
        assert roles.index("title") == names.index("Title")
        assert roles.index("brand") == names.index("Brand")
        assert "USB-C Charger 65W" in first
        assert "utf-8" in facts_of(app)
        assert "comma" in facts_of(app)
        await pilot.press("r")
        await run_ended(pilot, session)
        assert session.running
        assert session.running.state is RunState.DONE
        shown = str(app.screen.query_one(RunPanel).render())
        assert "catalog.tagged.csv" in shown
        assert "auto" in shown
        assert "━" in shown
        await pilot.press("f3")
        assert isinstance(app.screen, ReviewScreen)
        await pilot.press("enter")
        await pilot.press("f6")
        assert isinstance(app.screen, WorkbenchScreen)  # as it was left
        assert "done" in str(app.screen.query_one(RunPanel).render())

    with Store(tmp_path / "shop.db", create=True) as store:
        session = Session(tagger, store=store)
        drive(TagrtApp(session, catalog), steps)
        assert store.counts()["human"] == 1
    expected = catalog.with_name("by_cli.csv")
    run_file(tagger, catalog, RunOptions(output=expected))
    assert catalog.with_name("catalog.tagged.csv").read_bytes() == expected.read_bytes()


def test_columns_encoding_and_delimiter_are_corrected(tagger: Tagger, tmp_path: Path) -> None:
    path = tmp_path / "库存.csv"
    path.write_bytes("编号;说明文字;牌\n1;绿茶 100g;龙井\n2;酱油 500ml;海天\n".encode("gb18030"))

    async def steps(app: TagrtApp, pilot: Pilot[None]) -> None:
        await opened(pilot, workbench_of(app))
        assert "gb18030" in facts_of(app)
        assert any("找不到名称列" in said for said in notices(app))
        await pilot.press("r")  # refused: nothing to read
        assert session.running is None
        await pilot.press("right", "enter")
        assert isinstance(app.screen, PickScreen)
        await pilot.press("home", "enter")
        await pilot.pause()
        assert "名称" in lines_of(app)[0]
        await pilot.press("d")
        await pilot.press("home", "down", "enter")  # comma: all in one column
        await until(pilot, lambda: len(workbench_of(app).opened.window.header) == 1)  # type: ignore[union-attr]
        await pilot.press("d", "home", "enter")  # as found
        await until(pilot, lambda: len(workbench_of(app).opened.window.header) == 3)  # type: ignore[union-attr]
        await pilot.press("r")
        await run_ended(pilot, session)

    session = Session(tagger, Language.ZH, tag_language=Language.ZH)
    drive(TagrtApp(session, path), steps)
    with (tmp_path / "库存.tagged.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    assert [row["说明文字"] for row in rows] == ["绿茶 100g", "酱油 500ml"]
    assert "茶" in rows[0]["tag_path"]


def test_a_column_is_taken_from_the_model(tagger: Tagger, catalog: Path) -> None:
    async def steps(app: TagrtApp, pilot: Pilot[None]) -> None:
        await opened(pilot, workbench_of(app))
        assert "brand" in lines_of(app)[0]
        await pilot.press("right", "right", "enter", "end", "enter")
        await pilot.pause()
        assert "brand" not in lines_of(app)[0]
        assert workbench_of(app).opened.columns.brand is None  # type: ignore[union-attr]

    drive(TagrtApp(Session(tagger), catalog), steps)


async def held(app: TagrtApp, pilot: Pilot[None]) -> None:
    """Begin a run and hold it; the pilot's own `press` would wait for a second while the run works."""
    app.simulate_key("r")
    await until(pilot, lambda: bool(app.session.running and app.session.running.progress))
    app.simulate_key("space")
    await until(pilot, lambda: bool(app.session.running and app.session.running.state is RunState.PAUSED))


def test_a_run_is_held_stopped_and_gone_on_with(tagger: Tagger, long: Path) -> None:
    async def first(app: TagrtApp, pilot: Pilot[None]) -> None:
        await opened(pilot, workbench_of(app))
        await held(app, pilot)
        await pilot.press("x")
        await run_ended(pilot, session)
        assert session.running
        assert session.running.state is RunState.STOPPED
        assert "press r" in str(app.screen.query_one(RunPanel).render())

    async def second(app: TagrtApp, pilot: Pilot[None]) -> None:
        await opened(pilot, workbench_of(app))
        await pilot.press("r")
        assert isinstance(app.screen, PickScreen)
        await pilot.press("enter")
        await run_ended(pilot, session)
        assert session.running
        assert session.running.summary
        assert session.running.summary.resumed > 0
        await pilot.press("r")
        assert isinstance(app.screen, AskScreen)  # the output is there by now
        await pilot.press("n")

    session = Session(tagger)
    drive(TagrtApp(session, long), first)
    assert unfinished(long.with_name("long.tagged.csv"))
    session = Session(tagger)
    drive(TagrtApp(session, long), second)
    expected = long.with_name("expected.csv")
    run_file(tagger, long, RunOptions(output=expected))
    assert long.with_name("long.tagged.csv").read_bytes() == expected.read_bytes()


def test_leaving_during_a_run_asks_and_keeps_what_is_done(tagger: Tagger, long: Path) -> None:
    async def steps(app: TagrtApp, pilot: Pilot[None]) -> None:
        await opened(pilot, workbench_of(app))
        await held(app, pilot)
        await pilot.press("ctrl+q")
        assert isinstance(app.screen, AskScreen)
        await pilot.press("n")
        assert isinstance(app.screen, WorkbenchScreen)
        await pilot.press("ctrl+q", "y")

    session = Session(tagger)
    drive(TagrtApp(session, long), steps)
    assert session.running
    assert session.running.state is RunState.STOPPED
    assert unfinished(long.with_name("long.tagged.csv"))


def test_only_the_rows_on_the_screen_are_read(tagger: Tagger, large: Path) -> None:
    async def steps(app: TagrtApp, pilot: Pilot[None]) -> None:
        await opened(pilot, workbench_of(app))
        table = app.screen.query_one(TableView)
        await pilot.press("end")
        await pilot.pause()
        assert f"green tea no. {LARGE - 1}" in lines_of(app)[-1]
        assert lines_of(app)[1].split() == ["sku", "title"]  # the head stays
        await pilot.press("pageup")
        assert table.row == LARGE - 1 - table.page
        await pilot.press("home")
        assert "green tea no. 0" in lines_of(app)[2]
        held = sum(len(table._blocks[key]) for key in list(table._blocks.keys()))
        assert held < LARGE / 4

    drive(TagrtApp(Session(tagger), large), steps)


def test_a_store_that_cannot_be_written_is_a_notice_and_the_run_can_go_on(
    tagger: Tagger, large: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = Store.record
    calls = []

    def full(self: Store, *given: object) -> object:
        calls.append(self)
        if len(calls) == 3:
            raise StoreError("shop.db cannot be written (database or disk is full)")
        return record(self, *given)  # type: ignore[arg-type]

    async def steps(app: TagrtApp, pilot: Pilot[None]) -> None:
        await opened(pilot, workbench_of(app))
        monkeypatch.setattr(Store, "record", full)
        await pilot.press("r")
        await run_ended(pilot, session)
        assert session.running
        assert session.running.state is RunState.FAILED
        assert any("disk is full" in said for said in notices(app))
        await pilot.press("r")
        assert isinstance(app.screen, PickScreen)
        await pilot.press("enter")
        await run_ended(pilot, session)
        assert session.running.state is RunState.DONE

    with Store(tmp_path / "shop.db", create=True) as store:
        session = Session(tagger, store=store)
        drive(TagrtApp(session, large), steps)
        assert store.counts()["products"] == LARGE


def test_files_that_vanish_or_are_none_are_notices(tagger: Tagger, large: Path, tmp_path: Path) -> None:
    async def steps(app: TagrtApp, pilot: Pilot[None]) -> None:
        await opened(pilot, workbench_of(app))
        large.unlink()
        await pilot.press("r")
        await run_ended(pilot, session)
        assert session.running
        assert session.running.state is RunState.FAILED
        assert any("does not exist" in said for said in notices(app))
        workbench_of(app).open(tmp_path / "none.csv")
        await until(pilot, lambda: any("none.csv does not exist" in said for said in notices(app)))
        await pilot.press("down")
        assert "green tea" in lines_of(app)[3]  # what was open stays

    session = Session(tagger)
    drive(TagrtApp(session, large), steps)
    assert BLOCK < LARGE


def test_a_path_is_completed_and_remembered(tagger: Tagger, catalog: Path, tmp_path: Path) -> None:
    state = tmp_path / "state" / "tui.json"

    async def steps(app: TagrtApp, pilot: Pilot[None]) -> None:
        await pilot.press("f6", "o")
        typed = app.screen.query_one(Input)
        typed.value = f"{tmp_path}/cat"
        await until(pilot, lambda: app.screen.query_one(OptionList).option_count == 1)
        await pilot.press("tab")
        assert typed.value == str(catalog)
        await pilot.press("enter")
        await opened(pilot, workbench_of(app))

    async def again(app: TagrtApp, pilot: Pilot[None]) -> None:
        await pilot.press("f6", "o")
        assert isinstance(app.screen, PathScreen)
        await until(pilot, lambda: app.screen.query_one(OptionList).option_count > 0)
        await pilot.press("enter")
        await opened(pilot, workbench_of(app))
        assert workbench_of(app).opened.window.path == catalog  # type: ignore[union-attr]

    drive(TagrtApp(Session(tagger, state=UserState.load(state))), steps)
    drive(TagrtApp(Session(tagger, state=UserState.load(state))), again)


def test_a_store_is_made_from_within(tagger: Tagger, catalog: Path, tmp_path: Path) -> None:
    async def steps(app: TagrtApp, pilot: Pilot[None]) -> None:
        await opened(pilot, workbench_of(app))
        await pilot.press("f3")
        assert isinstance(app.screen, WorkbenchScreen)  # no store: it says so and stays
        await pilot.press("f8")
        app.screen.query_one(Input).value = str(tmp_path / "new.db")
        await pilot.pause(0.2)
        await pilot.press("enter")
        await pilot.pause()
        assert "new.db" in facts_of(app)
        await pilot.press("r")
        await run_ended(pilot, session)
        await pilot.press("f3")
        assert isinstance(app.screen, ReviewScreen)

    session = Session(tagger)
    drive(TagrtApp(session, catalog), steps)
    assert session.store
    assert session.store.counts()["products"] > 20
    session.store.close()


def test_a_cell_is_copied_through_the_terminal(tagger: Tagger, catalog: Path) -> None:
    async def steps(app: TagrtApp, pilot: Pilot[None]) -> None:
        await opened(pilot, workbench_of(app))
        await pilot.press("right", "down", "y")
        assert app.clipboard == "5G Smartphone 6.7 inch 12+256GB Midnight Blue"

    drive(TagrtApp(Session(tagger), catalog), steps)


@pytest.mark.parametrize("size", [(80, 24), (140, 40), (60, 20)])
@pytest.mark.parametrize("language", [Language.EN, Language.ZH])
def test_everything_fits_the_screen(
    tagger: Tagger, catalog: Path, size: tuple[int, int], language: Language
) -> None:
    async def steps(app: TagrtApp, pilot: Pilot[None]) -> None:
        await opened(pilot, workbench_of(app))
        await pilot.press("r")
        await run_ended(pilot, session)
        keys = app.screen.query_one(".keys").region
        assert keys.bottom == size[1]
        panel = app.screen.query_one(RunPanel)
        assert panel.region.bottom <= keys.y
        assert app.screen.query_one(TableView).region.height >= 5
        assert {line.cell_length for line in map(app.screen.query_one(TableView).render_line, range(5))} == {
            app.screen.query_one(TableView).size.width
        }

    session = Session(tagger, language)
    drive(TagrtApp(session, catalog), steps, size)


def test_a_file_without_a_header_keeps_its_first_row(tagger: Tagger, tmp_path: Path) -> None:
    path = tmp_path / "stock.csv"
    path.write_text("1,HDMI cable 2m,12.5\n2,green tea 250g,3\n")

    async def steps(app: TagrtApp, pilot: Pilot[None]) -> None:
        await opened(pilot, workbench_of(app))
        assert any("press n" in said for said in notices(app))
        assert "1 rows" in facts_of(app)
        await pilot.press("n")
        await until(pilot, lambda: "no header" in facts_of(app) and "2 rows" in facts_of(app))
        assert "column_2" in lines_of(app)[1]
        await pilot.press("r")
        await run_ended(pilot, session)
        with path.with_name("stock.tagged.csv").open() as file:
            assert [row["column_2"] for row in csv.DictReader(file)] == ["HDMI cable 2m", "green tea 250g"]
        await pilot.press("n")
        await until(pilot, lambda: "no header" not in facts_of(app) and "1 rows" in facts_of(app))

    session = Session(tagger)
    drive(TagrtApp(session, path), steps)


@pytest.mark.parametrize("language", [Language.EN, Language.ZH])
def test_what_is_known_of_a_file_fits_80_columns(tagger: Tagger, tmp_path: Path, language: Language) -> None:
    path = tmp_path / "一份名称很长的商品目录导出文件-2026-11-29-final-version.csv"
    path.write_bytes("编号;商品名称;品牌\n1;绿茶 100g;龙井\n".encode("gb18030"))

    async def steps(app: TagrtApp, pilot: Pilot[None]) -> None:
        await opened(pilot, workbench_of(app))
        for line in facts_of(app).splitlines():
            assert cell_len(line) <= 78
        assert facts_of(app).endswith(".csv")

    with Store(tmp_path / "the-store-of-our-shop-in-the-high-street.db", create=True) as store:
        drive(TagrtApp(Session(tagger, language, store), path), steps)


def test_another_file_puts_the_result_of_the_one_before_away(
    tagger: Tagger, catalog: Path, large: Path
) -> None:
    async def steps(app: TagrtApp, pilot: Pilot[None]) -> None:
        await opened(pilot, workbench_of(app))
        await pilot.press("r")
        await run_ended(pilot, session)
        assert app.screen.query_one(RunPanel).display
        workbench_of(app).open(large)
        await until(pilot, lambda: "large" in str(app.screen.query_one("#bar", Static).content))
        await until(pilot, lambda: not app.screen.query_one(RunPanel).display)

    session = Session(tagger)
    drive(TagrtApp(session, catalog), steps)
