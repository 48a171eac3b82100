"""Pictures of the screens, compared with those kept in __snapshots__ (renew: pytest --snapshot-update)."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.tui.driving import EXAMPLE, opened
from textual.pilot import Pilot

from tagrt import Tagger
from tagrt.run import Progress
from tagrt.store import Store
from tagrt.types import Language
from tagrt_tui.app import TagrtApp
from tagrt_tui.running import RunState
from tagrt_tui.session import Session
from tagrt_tui.widgets.run_panel import RunPanel

SIZES = [(80, 24), (140, 40)]
LANGUAGES = [Language.EN, Language.ZH]
TAGS = (("绿茶 Green Tea", 400), ("Running Shoes", 310), ("Chargers", 120), ("Phones", 8), ("Rice", 1))
PROGRESS = Progress(4096, 40, 100, 2.0, auto=3000, review=1090, failed=6, resumed=96, top_tags=TAGS)
MESSAGES = {
    RunState.GOING: "",
    RunState.DONE: "catalog.tagged.csv",
    RunState.FAILED: "the disk is full",
}
Compare = Callable[..., bool]

pytestmark = [
    pytest.mark.parametrize("size", SIZES, ids="{0[0]}x{0[1]}".format),
    pytest.mark.parametrize("language", LANGUAGES),
]


@pytest.fixture(scope="module")
def tagger() -> Tagger:
    return Tagger.load()


@pytest.fixture
def app(tagger: Tagger, tmp_path: Path, language: Language) -> TagrtApp:
    catalog = Path(shutil.copy(EXAMPLE, tmp_path / "catalog.csv"))
    store = Store(tmp_path / "shop.db", create=True)
    return TagrtApp(Session(tagger, language, store, tag_language=language), catalog)


async def _opened(pilot: Pilot[None]) -> None:
    assert isinstance(pilot.app, TagrtApp)
    await opened(pilot, pilot.app._workbench)


def test_a_file_is_open(snap_compare: Compare, app: TagrtApp, size: tuple[int, int]) -> None:
    assert snap_compare(app, run_before=_opened, terminal_size=size)


@pytest.mark.parametrize("state", [RunState.GOING, RunState.DONE, RunState.FAILED])
def test_a_run(snap_compare: Compare, app: TagrtApp, size: tuple[int, int], state: RunState) -> None:
    """The figures are made up, so that the picture is of the screen and not of the model and the clock."""

    async def shown(pilot: Pilot[None]) -> None:
        await _opened(pilot)
        panel = pilot.app.screen.query_one(RunPanel)
        panel.show(PROGRESS, state, MESSAGES[state])
        await pilot.pause()

    assert snap_compare(app, run_before=shown, terminal_size=size)


def test_help(snap_compare: Compare, app: TagrtApp, size: tuple[int, int]) -> None:
    async def asked(pilot: Pilot[None]) -> None:
        await _opened(pilot)
        await pilot.press("f1")
        await pilot.pause()

    assert snap_compare(app, run_before=asked, terminal_size=size)


def test_a_column_is_chosen(snap_compare: Compare, app: TagrtApp, size: tuple[int, int]) -> None:
    async def asked(pilot: Pilot[None]) -> None:
        await _opened(pilot)
        await pilot.press("right", "enter")
        await pilot.pause()

    assert snap_compare(app, run_before=asked, terminal_size=size)


def test_high_contrast(snap_compare: Compare, app: TagrtApp, size: tuple[int, int]) -> None:
    async def contrast(pilot: Pilot[None]) -> None:
        await _opened(pilot)
        pilot.app.theme = "contrast"
        await pilot.pause()

    assert snap_compare(app, run_before=contrast, terminal_size=size)
