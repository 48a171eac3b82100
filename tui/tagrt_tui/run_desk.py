"""Starting, holding and stopping runs, with the questions before and the notices after them."""

from __future__ import annotations

from collections.abc import Sequence

from textual.screen import Screen

from tagrt.run.durable import unfinished
from tagrt_tui.notices import tell_error
from tagrt_tui.opened import OpenedFile
from tagrt_tui.running import Running, RunState
from tagrt_tui.screens.ask import AskScreen
from tagrt_tui.screens.pick import PickScreen
from tagrt_tui.session import Session
from tagrt_tui.texts import text


class RunDesk:
    """The runs of a session, one at a time; they go on whatever screen is shown."""

    def __init__(self, screen: Screen[None], session: Session) -> None:
        """Take the screen over which questions are asked."""
        self._screen = screen
        self._session = session

    def run(self, opened: OpenedFile) -> None:
        """Tag a file; ask first if there is an unfinished run of it, or its output."""
        language = self._session.language
        if self._session.run_is_going:
            self._screen.notify(text("run.one", language), severity="warning", markup=False)
        elif opened.columns is None:
            self._screen.notify(text("work.no_title", language), severity="warning", timeout=10, markup=False)
        elif found := unfinished(opened.output):
            self._ask_resume(opened, int(found.counts.get("rows", 0)))
        elif opened.output.is_file():
            self._ask_overwrite(opened)
        else:
            self.start(opened, resume=False)

    def start(self, opened: OpenedFile, resume: bool) -> None:
        """Begin a run in a thread of its own."""
        session = self._session
        store = session.store.path if session.store else None
        options = opened.options(session.tag_language, store, resume)
        running = Running(session.tagger, opened.window.path, opened.output, options, session.vocabulary)
        session.running = running
        self._screen.app.run_worker(running.work, thread=True, group="run", exit_on_error=False)

    def pause(self) -> None:
        """Hold the run, or let it go on."""
        running = self._session.running
        if running and not running.ended:
            (running.control.resume if running.control.paused else running.control.pause)()

    def stop(self) -> None:
        """Stop the run after the rows it has at hand."""
        running = self._session.running
        if running and not running.ended:
            running.control.stop()

    def tell_end(self, running: Running) -> None:
        """Say how a run ended, on whatever screen is shown."""
        language, app = self._session.language, self._screen.app
        if running.error:
            tell_error(app, running.error, language)
        elif running.state is RunState.STOPPED:
            app.notify(text("run.stopped.told", language), markup=False)
        elif running.summary:
            rows, review = running.summary.rows, running.summary.review
            said = text("run.done.told", language, rows=rows, review=review, name=running.output.name)
            app.notify(said, markup=False)

    def _ask_resume(self, opened: OpenedFile, rows: int) -> None:
        def choices() -> tuple[str, Sequence[tuple[str, str]]]:
            language = self._session.language
            named = [(name, text(f"run.{name}", language, count=rows)) for name in ("resume", "anew")]
            return text("run.unfinished", language, name=opened.output.name), named

        def taken(name: str | None) -> None:
            if name:
                self.start(opened, resume=name == "resume")

        self._screen.app.push_screen(PickScreen(choices), taken)

    def _ask_overwrite(self, opened: OpenedFile) -> None:
        def question() -> str:
            return text("run.overwrite", self._session.language, name=opened.output.name)

        def answered(yes: bool | None) -> None:
            if yes:
                self.start(opened, resume=False)

        self._screen.app.push_screen(AskScreen(question), answered)
