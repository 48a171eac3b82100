"""The workbench: a file, how it is read, and the run that tags it."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.widgets import Static
from textual.worker import get_current_worker

from tagrt.errors import TagrtError
from tagrt.tables.columns import ColumnNames
from tagrt.tables.format import Format
from tagrt.tables.window import TableWindow
from tagrt_tui.corrections import Corrections
from tagrt_tui.facts import facts_text
from tagrt_tui.notices import tell_error
from tagrt_tui.opened import OpenedFile, open_file
from tagrt_tui.paths import TABLES, has_suffix
from tagrt_tui.run_desk import RunDesk
from tagrt_tui.screens.path import PathScreen
from tagrt_tui.session import Session
from tagrt_tui.texts import text
from tagrt_tui.widgets.key_bar import KeyBar
from tagrt_tui.widgets.run_panel import RunPanel
from tagrt_tui.widgets.table_view import TableView

_NEED_FILE = ("encoding", "role", "copy", "move", "page", "top", "bottom")

TICK = 0.25
"""Seconds between two looks at the index."""


class WorkbenchScreen(Screen[None]):
    """Above what was found out about the file, its rows, and below the run."""

    DEFAULT_CSS = """
    WorkbenchScreen #bar { height: 1; background: $panel; padding: 0 1; text-wrap: nowrap; }
    WorkbenchScreen #facts { height: 2; padding: 0 1; text-wrap: nowrap; text-overflow: ellipsis; }
    WorkbenchScreen ToastRack { dock: top; align: right top; margin: 3 0 0 0; }
    WorkbenchScreen #empty { height: 1fr; padding: 1 2; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("o", "open", show=False, id="work.open", tooltip="Open a file"),
        Binding("r", "run", show=False, id="work.run", tooltip="Tag the file, or go on with a run"),
        Binding("space", "pause", show=False, id="work.pause", tooltip="Hold the run, or let it go on"),
        Binding("x", "stop", show=False, id="work.stop", tooltip="Stop the run; it can be gone on with"),
        Binding(
            "enter", "role", show=False, id="work.role", tooltip="Say what the model reads from this column"
        ),
        Binding("e", "encoding", show=False, id="work.encoding", tooltip="Correct the encoding"),
        Binding("d", "delimiter", show=False, id="work.delimiter", tooltip="Correct the delimiter"),
        Binding("n", "header", show=False, id="work.header", tooltip="Header, or a product already"),
        Binding("t", "tag_language", show=False, id="work.language", tooltip="Language of the tag names"),
        Binding(
            "v",
            "vocabulary",
            show=False,
            id="work.vocabulary",
            tooltip="Use a shop's own tag names, or none",
        ),
        Binding("y", "copy", show=False, id="work.copy", tooltip="Copy the marked cell"),
        Binding("up,k", "move(-1, 0)", show=False, id="work.up", tooltip="Row up"),
        Binding("down,j", "move(1, 0)", show=False, id="work.down", tooltip="Row down"),
        Binding("left,h", "move(0, -1)", show=False, id="work.left", tooltip="Column to the left"),
        Binding("right,l", "move(0, 1)", show=False, id="work.right", tooltip="Column to the right"),
        Binding("pageup", "page(-1)", show=False, id="work.page_up", tooltip="A screen up"),
        Binding("pagedown", "page(1)", show=False, id="work.page_down", tooltip="A screen down"),
        Binding("home", "top", show=False, id="work.top", tooltip="First row"),
        Binding("end", "bottom", show=False, id="work.bottom", tooltip="Last row"),
    ]

    def __init__(self, session: Session, file: Path | None = None, run: bool = False) -> None:
        """Take the session.

        Args:
            session: What the screens share.
            file: Opened at once.
            run: Whether it is then tagged at once.
        """
        super().__init__()
        self._session = session
        self._first = file
        self._run_when_open = run
        self._desk = RunDesk(self, session)
        self._corrections = Corrections(self, session)
        self.opened: OpenedFile | None = None
        self._known: tuple[TableWindow, int, bool] | None = None

    def compose(self) -> ComposeResult:
        """Lay out the screen."""
        yield Static(id="bar", markup=False)
        yield Static(id="facts", markup=False)
        yield Static(id="empty", markup=False)
        yield TableView()
        yield RunPanel(self._session)
        yield KeyBar(self._session)

    def on_mount(self) -> None:
        """Open the first file, and look at its index from time to time."""
        self.set_interval(TICK, self._tick)
        self.refresh_texts()
        if self._first:
            self.open(self._first)

    def on_resize(self) -> None:
        """Give the chart what the screen can spare."""
        self.query_one(RunPanel).bars = min(12, max(3, self.size.height // 4 - 1))
        self._show_facts()

    def on_screen_resume(self) -> None:
        """Show what happened while another screen was shown."""
        self.refresh_texts()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer only what can be done now."""
        if action in ("pause", "stop"):
            return self._session.run_is_going
        if action == "delimiter":
            return self.opened is not None and bool(self.opened.window.delimiter)
        if action == "header":
            return self.opened is not None and self.opened.window.format in (Format.CSV, Format.XLSX)
        return action not in _NEED_FILE or self.opened is not None

    # -- the file

    def open(
        self, path: Path, encoding: str | None = None, delimiter: str | None = None, headed: bool = True
    ) -> None:
        """Open a file, in a thread: a large one takes a moment to be judged."""
        before = self.opened
        same = before is not None and before.window.path == path and before.window.headed == headed
        names = before.names if before and same else None
        self._say_bar(text("work.opening", self._session.language, name=path.name))
        self._open(path, encoding, delimiter, headed, names)

    @work(thread=True, exclusive=True, group="open")
    def _open(
        self,
        path: Path,
        encoding: str | None,
        delimiter: str | None,
        headed: bool,
        names: ColumnNames | None,
    ) -> None:
        worker = get_current_worker()
        try:
            opened = open_file(path, encoding, delimiter, headed, names)
        except (TagrtError, OSError) as error:
            if not worker.is_cancelled:
                self.app.call_from_thread(self._not_opened, error)
            return
        if worker.is_cancelled:
            opened.window.close()
        else:
            self.app.call_from_thread(self._take, opened)

    def _not_opened(self, error: Exception) -> None:
        self._tell(error)
        self.refresh_texts()

    def _take(self, opened: OpenedFile) -> None:
        before, self.opened = self.opened, opened
        self.app.clear_notifications()
        self.query_one(RunPanel).leave(opened.window.path)
        self.refresh_bindings()
        self._session.state.opened(opened.window.path)
        self.refresh_texts()
        if before:
            before.window.close()
        if opened.problem:
            self.notify(text("work.no_title", self._session.language), severity="warning", markup=False)
        self._index(opened)
        if self._run_when_open:
            self._run_when_open = False
            self.action_run()

    @work(thread=True, exclusive=True, group="index")
    def _index(self, opened: OpenedFile) -> None:
        worker = get_current_worker()
        try:
            opened.window.index(stop=lambda: worker.is_cancelled)
        except (TagrtError, ValueError, OSError) as error:  # ValueError: closed meanwhile
            if not worker.is_cancelled:
                self.app.call_from_thread(self._tell, error)

    @on(TableView.Unreadable)
    def _unreadable(self, event: TableView.Unreadable) -> None:
        self._tell(event.error)

    def action_open(self) -> None:
        """Ask for a file."""
        recent = self._session.state.recent
        asked = PathScreen(self._session, "path.file", has_suffix(TABLES), recent)
        self.app.push_screen(asked, lambda path: self.open(path) if path else None)

    def action_encoding(self) -> None:
        """Ask for the encoding."""
        self._corrections.encoding()

    def action_delimiter(self) -> None:
        """Ask for the delimiter."""
        self._corrections.delimiter()

    def action_header(self) -> None:
        """Take the first row for names of columns, or for a product."""
        opened = self.opened
        if opened:
            self.open(opened.window.path, opened.encoding, opened.delimiter, not opened.window.headed)

    def action_role(self) -> None:
        """Ask what the model reads from the marked column."""
        self._corrections.role(self.query_one(TableView).column)

    def action_tag_language(self) -> None:
        """Ask for the language of the tag names."""
        self._corrections.tag_language()

    def action_vocabulary(self) -> None:
        """Ask for a vocabulary, or put the present one away."""
        self._corrections.vocabulary()

    # -- the rows

    def action_move(self, rows: int, columns: int) -> None:
        """Move the mark."""
        self.query_one(TableView).move(rows, columns)

    def action_page(self, screens: int) -> None:
        """Move the mark by a screen."""
        table = self.query_one(TableView)
        table.move(screens * table.page)

    def action_top(self) -> None:
        """Go to the first row."""
        table = self.query_one(TableView)
        table.move(-table.row)

    def action_bottom(self) -> None:
        """Go to the last row that is known."""
        if self.opened:
            self.query_one(TableView).move(self.opened.window.rows)

    def action_copy(self) -> None:
        """Copy the marked cell, through the terminal."""
        cell = self.query_one(TableView).cell
        if cell:
            self.app.copy_to_clipboard(cell)
            self.notify(text("app.copied", self._session.language, what=cell[:60]), timeout=2, markup=False)

    # -- the run

    def action_run(self) -> None:
        """Tag the file, after a question where something could be lost."""
        if self.opened is None:
            self.notify(text("work.no_file", self._session.language), severity="warning", markup=False)
        else:
            self._desk.run(self.opened)

    def action_pause(self) -> None:
        """Hold the run, or let it go on."""
        self._desk.pause()
        self.query_one(RunPanel).look()

    def action_stop(self) -> None:
        """Stop the run; what it has written is kept."""
        self._desk.stop()

    @on(RunPanel.Changed)
    def _run_changed(self, event: RunPanel.Changed) -> None:
        self.refresh_bindings()
        self._show_facts()
        if event.running.ended:
            self._desk.tell_end(event.running)

    def _tick(self) -> None:
        """See whether the index has found more rows."""
        if self.opened:
            window, known = self.opened.window, self._known
            self._known = (window, window.rows, window.complete)
            if known != self._known:
                self.query_one(TableView).grow()
                self._show_facts()

    # -- what is shown

    def _tell(self, error: Exception) -> None:
        tell_error(self.app, error, self._session.language)

    def refresh_texts(self) -> None:
        """Show everything in the session's language."""
        opened, language = self.opened, self._session.language
        name = opened.window.path.name if opened else ""
        self._say_bar(name)
        self.query_one(TableView).display = opened is not None
        self.query_one("#empty").display = opened is None
        self.query_one("#empty", Static).update(text("work.empty", language))
        if opened:
            roles = {at: text(f"field.{field}", language) for at, field in opened.roles.items()}
            self.query_one(TableView).show(opened.window, roles)
        self._show_facts()
        self.query_one(RunPanel).look()
        self.query_one(KeyBar).refresh()

    def _say_bar(self, said: str) -> None:
        self.query_one("#bar", Static).update(f"{text('work.title', self._session.language)}  {said}")

    def _show_facts(self) -> None:
        room = self.size.width - 2
        said = facts_text(self.opened, self._session, room) if self.opened else ""
        self.query_one("#facts", Static).update(said)
