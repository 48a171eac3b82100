"""What holds on all screens: help, palette, own keys, language, themes, copying, errors, the command line."""

from __future__ import annotations

import os
import pty
import re
import select
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.tui.driving import EXAMPLE, drive, notices, opened
from textual.command import CommandPalette
from textual.pilot import Pilot
from textual.widgets import Input, Static

from tagrt import Tagger
from tagrt.errors import StoreError
from tagrt.run import RunOptions, run_file
from tagrt.store import Store
from tagrt.types import ExitCode, Language
from tagrt_tui.app import TagrtApp
from tagrt_tui.key_texts import is_known, long_text, short_text
from tagrt_tui.keymap import KeymapError, binding_scopes, load_keymap
from tagrt_tui.paths import common_start, completions
from tagrt_tui.screens.help import HelpScreen
from tagrt_tui.screens.typing import TypingScreen
from tagrt_tui.screens.workbench import WorkbenchScreen
from tagrt_tui.session import Session
from tagrt_tui.state import RECENT, UserState
from tagrt_tui.texts import _TEXTS
from tagrt_tui.widgets.key_bar import KeyBar


@pytest.fixture(scope="module")
def tagger() -> Tagger:
    return Tagger.load()


@pytest.fixture
def catalog(tmp_path: Path) -> Path:
    return Path(shutil.copy(EXAMPLE, tmp_path / "catalog.csv"))


def keys_of(app: TagrtApp) -> str:
    return str(app.screen.query_one(KeyBar).render())


def help_of(app: TagrtApp) -> str:
    assert isinstance(app.screen, HelpScreen)
    return str(app.screen.query_one("#help", Static).content)


def test_help_is_made_of_the_keys_at_hand_in_both_languages(tagger: Tagger, catalog: Path) -> None:
    async def steps(app: TagrtApp, pilot: Pilot[None]) -> None:
        await opened(pilot, app._workbench)
        await pilot.press("f1")
        line = next(line for line in help_of(app).splitlines() if line.endswith("work.encoding"))
        assert line.split() == ["e", "Correct", "the", "encoding", "work.encoding"]
        assert "app.quit" in help_of(app)
        assert "review.skip" not in help_of(app)
        await pilot.press("ctrl+l")
        assert "更正编码" in help_of(app)
        await pilot.press("f1")
        assert isinstance(app.screen, WorkbenchScreen)
        await pilot.press("f2", "f1")
        assert "work.encoding" not in help_of(app)

    drive(TagrtApp(Session(tagger), catalog), steps)


def test_every_key_has_a_text_in_both_languages() -> None:
    from textual.binding import Binding

    for scope in binding_scopes():
        for name, keys in scope.items():
            binding = Binding(keys[0], "x", id=name, tooltip="only a tooltip")
            assert is_known(binding), name
            english, chinese = long_text(binding, Language.EN), long_text(binding, Language.ZH)
            assert "only a tooltip" not in (english, chinese), name
            assert chinese != english, name
            assert bool(short_text(binding, Language.EN)) == bool(short_text(binding, Language.ZH)), name


def test_every_text_takes_the_same_values_in_both_languages() -> None:
    from string import Formatter

    for name, (english, chinese) in _TEXTS.items():
        fields = [
            {field for _, field, _, _ in Formatter().parse(words) if field} for words in (english, chinese)
        ]
        assert fields[0] == fields[1], name


def test_the_palette_has_every_key_as_group_and_action(tagger: Tagger, catalog: Path) -> None:
    async def steps(app: TagrtApp, pilot: Pilot[None]) -> None:
        await opened(pilot, app._workbench)
        titles = [command.title for command in app.get_system_commands(app.screen)]
        assert "files: correct the encoding" in titles
        assert "app: leave the app" in titles
        assert len(titles) == len(set(titles))
        await pilot.press("ctrl+p")
        assert isinstance(app.screen, CommandPalette)
        app.screen.query_one(Input).value = "type a product"
        await pilot.pause(0.8)
        await pilot.press("enter")
        await pilot.pause(0.3)
        assert isinstance(app.screen, TypingScreen)

    drive(TagrtApp(Session(tagger), catalog), steps)


def test_own_keys_are_taken_and_shown(tagger: Tagger, catalog: Path, tmp_path: Path) -> None:
    path = tmp_path / "keymap.toml"
    path.write_text('"work.open" = "f"\n[app]\ntype = "f12, ctrl+t"\n')

    async def steps(app: TagrtApp, pilot: Pilot[None]) -> None:
        await opened(pilot, app._workbench)
        assert "f open" in keys_of(app)
        await pilot.press("f2")
        assert isinstance(app.screen, WorkbenchScreen)
        await pilot.press("ctrl+t")
        assert isinstance(app.screen, TypingScreen)

    drive(TagrtApp(Session(tagger), catalog, load_keymap(path)), steps)


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ('"work.open" = "f"\n"work.opn" = "g"\n', 2, "did you mean 'work.open'"),
        ('# mine\n\n"work.open" = "hyperspace"\n', 3, "'hyperspace' is no key"),
        ('"work.open" = ["f"]\n', 1, "must be a text"),
        ('[work]\nopen = "r"\n', 2, "'r' is also the key of work.run"),
        ('"review.skip" = "f1"\n', 1, "'f1' is also the key of app.help"),
        ('"work.open" = "f"\n"work.run" = \n', 2, "at line 2"),
    ],
)
def test_a_bad_keymap_names_its_line(tmp_path: Path, text: str, line: int, said: str) -> None:
    path = tmp_path / "keymap.toml"
    path.write_text(text)
    with pytest.raises(KeymapError) as error:
        load_keymap(path)
    assert said in str(error.value)
    assert f"line {line}" in str(error.value)
    assert str(path) in str(error.value)


def test_two_keys_may_change_places(tmp_path: Path) -> None:
    path = tmp_path / "keymap.toml"
    path.write_text('"work.open" = "r"\n"work.run" = "o"\n')
    assert load_keymap(path) == {"work.open": "r", "work.run": "o"}


def test_themes_language_and_files_are_remembered(tagger: Tagger, catalog: Path, tmp_path: Path) -> None:
    kept = tmp_path / "deep" / "tui.json"

    async def choose(app: TagrtApp, pilot: Pilot[None]) -> None:
        await opened(pilot, app._workbench)
        app.theme = "contrast"
        await pilot.press("ctrl+l")
        await pilot.pause()

    async def look(app: TagrtApp, pilot: Pilot[None]) -> None:
        assert app.theme == "contrast"

    drive(TagrtApp(Session(tagger, state=UserState.load(kept)), catalog), choose)
    state = UserState.load(kept)
    assert (state.language, state.recent) == ("zh", [str(catalog.resolve())])
    drive(TagrtApp(Session(tagger, state=state)), look)
    for number in range(RECENT + 5):
        state.opened(tmp_path / str(number))
    assert len(UserState.load(kept).recent) == RECENT
    kept.write_text("[broken")
    assert UserState.load(kept).recent == []


def test_paths_and_titles_are_copied_through_the_terminal(
    tagger: Tagger, catalog: Path, tmp_path: Path
) -> None:
    async def typed(app: TagrtApp, pilot: Pilot[None]) -> None:
        app.screen.query_one(Input).value = "green tea"
        await pilot.pause()
        await app.workers.wait_for_complete()
        await pilot.press("ctrl+y")
        assert app.clipboard.startswith("Food & Drinks > ")

    async def reviewed(app: TagrtApp, pilot: Pilot[None]) -> None:
        await pilot.press("y")
        title, path = app.clipboard.split("\t")
        assert title
        assert " > " in path

    drive(TagrtApp(Session(tagger)), typed)
    run_file(tagger, catalog, RunOptions(store=tmp_path / "shop.db"))
    with Store(tmp_path / "shop.db") as store:
        drive(TagrtApp(Session(tagger, store=store)), reviewed)


def test_what_a_key_cannot_do_is_a_notice(
    tagger: Tagger, catalog: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise StoreError("shop.db cannot be written: is the disk full?")

    async def steps(app: TagrtApp, pilot: Pilot[None]) -> None:
        await opened(pilot, app._workbench)
        monkeypatch.setattr(WorkbenchScreen, "action_top", fail)
        await pilot.press("home")
        assert any("is the disk full" in said for said in notices(app))
        assert app.is_running

    drive(TagrtApp(Session(tagger), catalog), steps)


def test_paths_are_completed(tmp_path: Path) -> None:
    for name in ("stock.csv", "stock-old.csv", "notes.md", ".hidden.csv"):
        (tmp_path / name).touch()
    (tmp_path / "stores").mkdir()
    found = completions(f"{tmp_path}/ST", lambda name: name.endswith(".csv"))
    assert [Path(name).name for name in found] == ["stock-old.csv", "stock.csv", "stores"]
    assert found[-1].endswith(os.sep)
    assert common_start(found) == f"{tmp_path}/sto"
    assert completions(f"{tmp_path}/none/x", lambda _: True) == []
    assert [Path(name).name for name in completions(f"{tmp_path}/.h", lambda _: True)] == [".hidden.csv"]


def tui(*arguments: str, home: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "HOME": str(home), "XDG_CONFIG_HOME": str(home), "XDG_STATE_HOME": str(home)}
    return subprocess.run(
        [sys.executable, "-m", "tagrt", "tui", *arguments],
        capture_output=True,
        text=True,
        env=environment,
        check=False,
    )


def test_the_command_says_what_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "tagrt").mkdir()
    keymap = tmp_path / "tagrt" / "keymap.toml"
    keymap.write_text('"app.quit" = "ctrl+x"\n"app.quitt" = "x"\n')
    done = tui(home=tmp_path)
    assert done.returncode == ExitCode.BAD_INPUT
    assert f"{keymap}, line 2: nothing is called 'app.quitt'" in done.stderr
    assert "Traceback" not in done.stderr
    keymap.unlink()
    assert tui("none.csv", home=tmp_path).returncode == ExitCode.BAD_INPUT
    assert tui("--demo", str(EXAMPLE), home=tmp_path).returncode == ExitCode.USAGE
    assert "needs a terminal" in tui(home=tmp_path).stderr


def test_the_demo_runs_in_a_terminal_without_colours_and_leaves_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "tmp"
    folder.mkdir()
    environment = {
        **os.environ,
        "HOME": str(tmp_path),
        "XDG_STATE_HOME": str(tmp_path),
        "TMPDIR": str(folder),
        "TERM": "xterm-256color",
        "COLORTERM": "truecolor",
        "NO_COLOR": "1",
    }
    main, terminal = pty.openpty()
    child = subprocess.Popen(
        [sys.executable, "-m", "tagrt", "tui", "--demo"],
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
        env=environment,
    )
    os.close(terminal)
    seen, quit_sent = b"", False
    ends = time.monotonic() + 120
    while time.monotonic() < ends and child.poll() is None:
        if select.select([main], [], [], 0.2)[0]:
            try:
                seen += os.read(main, 65536)
            except OSError:
                break
        if not quit_sent and b"F3" in seen and b"sample.tagged.csv" in seen and b"done" in seen:
            os.write(main, b"\x11")
            quit_sent = True
    assert child.wait(60) == 0
    assert quit_sent
    os.close(main)
    assert not list(folder.glob("tagrt-*"))
    colours = re.findall(rb"[34]8;2;(\d+);(\d+);(\d+)", seen)
    assert colours
    assert all(red == green == blue for red, green, blue in colours)  # shades of grey
