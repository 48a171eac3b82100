"""The workbench: a file, how it is read, and the run that tags it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.widgets import Static
from textual.worker import get_current_worker

from tagrt.errors import TagrtError
from tagrt.run.durable import unfinished
from tagrt.tables.columns import ColumnNames
from tagrt.tables.headers import FIELDS
from tagrt.tables.window import TableWindow
from tagrt.types import Language
from tagrt.vocabulary import Vocabulary
from tagrt_tui.facts import facts_text
from tagrt_tui.opened import OpenedFile, open_file
from tagrt_tui.paths import TABLES, VOCABULARIES, has_suffix
from tagrt_tui.running import Running, RunState
from tagrt_tui.screens.ask import AskScreen
from tagrt_tui.screens.path import PathScreen
from tagrt_tui.screens.pick import PickScreen
from tagrt_tui.session import Session
from tagrt_tui.texts import text
from tagrt_tui.widgets.key_bar import KeyBar
from tagrt_tui.widgets.run_panel import RunPanel
from tagrt_tui.widgets.table_view import TableView

ENCODINGS = ("utf-8", "gb18030", "big5", "utf-16", "cp1252", "shift_jis")
DELIMITERS = (",", "\t", ";", "|")
FOUND = "found"
"""As a choice: what the reader finds by itself."""

_NEED_FILE = ("encoding", "role", "copy", "move", "page", "top", "bottom")

TICK = 0.25
"""Seconds between two looks at the run and the index."""


class WorkbenchScreen(Screen[None]):
    """Above what was found out about the file, its rows, and below the run."""

    DEFAULT_CSS = """
    WorkbenchScreen #bar { height: 1; background: $panel; padding: 0 1; text-wrap: nowrap; }
    WorkbenchScreen #facts { height: 2; padding: 0 1; text-wrap: nowrap; text-overflow: ellipsis; }
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
        self.opened: OpenedFile | None = None
        self._told: RunState | None = None
        self._known: tuple[TableWindow, int, bool] | None = None

    def compose(self) -> ComposeResult:
        """Lay out the screen."""
        yield Static(id="bar", markup=False)
        yield Static(id="facts", markup=False)
        yield Static(id="empty", markup=False)
        yield TableView()
        yield RunPanel()
        yield KeyBar(self._session)

    def on_mount(self) -> None:
        """Open the first file, and look at the run and the index from time to time."""
        self.set_interval(TICK, self._tick)
        self.refresh_texts()
        if self._first:
            self.open(self._first)

    def on_resize(self) -> None:
        """Give the chart what the screen can spare."""
        self.query_one(RunPanel).bars = min(12, max(3, self.size.height // 4 - 1))
        self._show_run()

    def on_screen_resume(self) -> None:
        """Show what happened while another screen was shown."""
        self.refresh_texts()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer only what can be done now."""
        if action in ("pause", "stop"):
            return self._session.run_is_going
        if action == "delimiter":
            return self.opened is not None and bool(self.opened.window.delimiter)
        return action not in _NEED_FILE or self.opened is not None

    # -- the file

    def open(self, path: Path, encoding: str | None = None, delimiter: str | None = None) -> None:
        """Open a file, in a thread: a large one takes a moment to be judged."""
        names = self.opened.names if self.opened and self.opened.window.path == path else None
        self._say_bar(text("work.opening", self._session.language, name=path.name))
        self._open(path, encoding, delimiter, names)

    @work(thread=True, exclusive=True, group="open")
    def _open(
        self, path: Path, encoding: str | None, delimiter: str | None, names: ColumnNames | None
    ) -> None:
        worker = get_current_worker()
        try:
            opened = open_file(path, encoding, delimiter, names)
        except (TagrtError, OSError) as error:
            if not worker.is_cancelled:
                self.app.call_from_thread(self._not_opened, str(error))
            return
        if worker.is_cancelled:
            opened.window.close()
        else:
            self.app.call_from_thread(self._take, opened)

    def _not_opened(self, error: str) -> None:
        self.notify(error, severity="error", timeout=10, markup=False)
        self.refresh_texts()

    def _take(self, opened: OpenedFile) -> None:
        before, self.opened = self.opened, opened
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
                self.app.call_from_thread(self.notify, str(error), severity="error", timeout=10, markup=False)

    @on(TableView.Unreadable)
    def _unreadable(self, event: TableView.Unreadable) -> None:
        self.notify(event.error, severity="error", timeout=10, markup=False)

    def action_open(self) -> None:
        """Ask for a file."""
        recent = self._session.state.recent
        asked = PathScreen(self._session, "path.file", has_suffix(TABLES), recent)
        self.app.push_screen(asked, lambda path: self.open(path) if path else None)

    def action_encoding(self) -> None:
        """Ask for the encoding."""
        opened = self.opened
        if opened:
            self._choose(
                "work.encoding",
                [(FOUND, text("work.found", self._session.language)), *((e, e) for e in ENCODINGS)],
                opened.encoding or FOUND,
                lambda name: self.open(opened.window.path, _chosen(name), opened.delimiter),
            )

    def action_delimiter(self) -> None:
        """Ask for the delimiter."""
        opened, language = self.opened, self._session.language
        if opened:
            named = [(character, text(f"delimiter.{character}", language)) for character in DELIMITERS]
            self._choose(
                "work.delimiter",
                [(FOUND, text("work.found", language)), *named],
                opened.delimiter or FOUND,
                lambda name: self.open(opened.window.path, opened.encoding, _chosen(name)),
            )

    def action_role(self) -> None:
        """Ask what the model reads from the marked column."""
        opened, language = self.opened, self._session.language
        if not opened:
            return
        column = self.query_one(TableView).column
        named = [(field, text(f"field.{field}", language)) for field in FIELDS]

        def taken(field: str) -> None:
            self.opened = opened.with_role(column, "" if field == FOUND else field)
            self.refresh_texts()

        self._choose(
            "work.role",
            [*named, (FOUND, text("field.none", language))],
            opened.roles.get(column, FOUND),
            taken,
            column=" ".join(opened.window.header[column].split()) or column + 1,
        )

    def action_tag_language(self) -> None:
        """Ask for the language of the tag names."""

        def taken(name: str) -> None:
            self._session.tag_language = Language(name)
            self.refresh_texts()

        named = [(each.value, text(f"tags.{each.value}", self._session.language)) for each in Language]
        self._choose("work.language", named, self._session.tag_language.value, taken)

    def action_vocabulary(self) -> None:
        """Ask for a vocabulary, or put the present one away."""
        if self._session.vocabulary:
            self._session.vocabulary = None
            self.refresh_texts()
            return
        asked = PathScreen(self._session, "path.vocabulary", has_suffix(VOCABULARIES))
        self.app.push_screen(asked, self._with_vocabulary)

    def _with_vocabulary(self, path: Path | None) -> None:
        if path is None:
            return
        try:
            Vocabulary.load(path, self._session.tagger.taxonomy)
        except TagrtError as error:
            self.notify(str(error), severity="error", timeout=10, markup=False)
            return
        self._session.vocabulary = path
        self.refresh_texts()

    def _choose(
        self,
        question: str,
        options: Sequence[tuple[str, str]],
        chosen: str,
        taken: Callable[[str], None],
        **values: object,
    ) -> None:
        def choices() -> tuple[str, Sequence[tuple[str, str]]]:
            return text(f"{question}.ask", self._session.language, **values), options

        self.app.push_screen(PickScreen(choices, chosen), lambda name: taken(name) if name else None)

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
        opened, language = self.opened, self._session.language
        running = self._session.running
        if opened is None:
            self.notify(text("work.no_file", language), severity="warning", markup=False)
        elif running and not running.ended:
            self.notify(text("run.one", language), severity="warning", markup=False)
        elif opened.columns is None:
            self.notify(text("work.no_title", language), severity="warning", timeout=10, markup=False)
        elif found := unfinished(opened.output):
            self._ask_resume(opened, int(found.counts.get("rows", 0)))
        elif opened.output.exists():
            self._ask_overwrite(opened)
        else:
            self.start(opened, resume=False)

    def _ask_resume(self, opened: OpenedFile, rows: int) -> None:
        def choices() -> tuple[str, Sequence[tuple[str, str]]]:
            language = self._session.language
            named = [(name, text(f"run.{name}", language, count=rows)) for name in ("resume", "anew")]
            return text("run.unfinished", language, name=opened.output.name), named

        self.app.push_screen(
            PickScreen(choices),
            lambda name: self.start(opened, resume=name == "resume") if name else None,
        )

    def _ask_overwrite(self, opened: OpenedFile) -> None:
        def question() -> str:
            return text("run.overwrite", self._session.language, name=opened.output.name)

        self.app.push_screen(
            AskScreen(question), lambda yes: self.start(opened, resume=False) if yes else None
        )

    def start(self, opened: OpenedFile, resume: bool) -> None:
        """Begin a run in a thread of its own; it goes on whatever screen is shown."""
        session = self._session
        store = session.store.path if session.store else None
        options = opened.options(session.tag_language, store, resume)
        running = Running(session.tagger, opened.window.path, opened.output, options, session.vocabulary)
        session.running, self._told = running, None
        self.refresh_bindings()
        self.app.run_worker(running.work, thread=True, group="run", exit_on_error=False)
        self._show_run()

    def action_pause(self) -> None:
        """Hold the run, or let it go on."""
        running = self._session.running
        if running and not running.ended:
            (running.control.resume if running.control.paused else running.control.pause)()
            self._show_run()

    def action_stop(self) -> None:
        """Stop the run; what it has written is kept."""
        running = self._session.running
        if running and not running.ended:
            running.control.stop()

    def _tick(self) -> None:
        if self.opened and self._grown():
            self.query_one(TableView).grow()
            self._show_facts()
        running = self._session.running
        if running and self._told is not running.state:
            self._told = running.state
            self.refresh_bindings()
            self._show_run()
            self._show_facts()
            if running.ended:
                self._tell_end(running)
        elif running and not running.ended:
            self._show_run()

    def _grown(self) -> bool:
        assert self.opened
        window, known = self.opened.window, self._known
        self._known = (window, window.rows, window.complete)
        return known != self._known

    def _tell_end(self, running: Running) -> None:
        language = self._session.language
        if running.state is RunState.FAILED:
            self.app.notify(running.error, severity="error", timeout=12, markup=False)
        elif running.state is RunState.STOPPED:
            self.app.notify(text("run.stopped.told", language), markup=False)
        elif running.summary:
            summary, name = running.summary, running.output.name
            said = text("run.done.told", language, rows=summary.rows, review=summary.review, name=name)
            self.app.notify(said, markup=False)

    # -- what is shown

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
        self._show_run()
        self.query_one(KeyBar).refresh()

    def _say_bar(self, said: str) -> None:
        self.query_one("#bar", Static).update(f"{text('work.title', self._session.language)}  {said}")

    def _show_facts(self) -> None:
        said = facts_text(self.opened, self._session) if self.opened else ""
        self.query_one("#facts", Static).update(said)

    def _show_run(self) -> None:
        running, language = self._session.running, self._session.language
        if running:
            self.query_one(RunPanel).show(running.progress, running.state, self._message(running), language)

    def _message(self, running: Running) -> str:
        language = self._session.language
        if running.error:
            return running.error
        if running.state is RunState.STOPPED:
            return text("run.goes_on", language)
        queue = self._session.queue if running.summary else None
        waiting = queue.count() if queue else 0
        name = "run.written_review" if waiting else "run.written"
        return text(name, language, name=running.output.name, review=waiting)


def _chosen(name: str) -> str | None:
    return None if name == FOUND else name
