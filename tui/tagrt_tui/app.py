"""The app: its screens, and the keys that hold on all of them."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import ClassVar

from rich.text import Text
from textual import on
from textual.actions import ActionParseResult
from textual.app import SystemCommand
from textual.binding import Binding, BindingType
from textual.command import CommandPalette
from textual.dom import DOMNode
from textual.screen import ModalScreen, Screen
from textual.theme import Theme, ThemeProvider

from tagrt.errors import TagrtError
from tagrt.store.queue import Filter
from tagrt.types import Language
from tagrt_tui.crash import note_crash
from tagrt_tui.key_texts import group_text, is_known, key_name, long_text
from tagrt_tui.notices import tell_error, told
from tagrt_tui.paths import STORES, has_suffix
from tagrt_tui.scanner.app import ScanCut, Scanned, ScannerApp
from tagrt_tui.screens.ask import AskScreen
from tagrt_tui.screens.dashboard import DashboardScreen
from tagrt_tui.screens.help import HelpScreen
from tagrt_tui.screens.path import PathScreen
from tagrt_tui.screens.review import ReviewScreen
from tagrt_tui.screens.scan import ScanScreen
from tagrt_tui.screens.typing import TypingScreen
from tagrt_tui.screens.workbench import WorkbenchScreen
from tagrt_tui.session import Session
from tagrt_tui.texts import text
from tagrt_tui.themes import THEMES
from tagrt_tui.widgets.key_bar import KeyBar


class TagrtApp(ScannerApp):
    """Tag files, type a product and watch its tags, scan, review what waits for a person."""

    TITLE = "tagrt"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f1", "help", show=False, priority=True, id="app.help", tooltip="Show what the keys do here"),
        Binding("f2", "typing", show=False, priority=True, id="app.type", tooltip="Type a product"),
        Binding("f3", "review", show=False, priority=True, id="app.review", tooltip="Review what waits"),
        Binding("f4", "scan", show=False, priority=True, id="app.scan", tooltip="Scan barcodes"),
        Binding("f5", "dashboard", show=False, priority=True, id="app.dashboard", tooltip="See all figures"),
        Binding("f6", "workbench", show=False, priority=True, id="app.work", tooltip="Open and tag a file"),
        Binding("f8", "open_store", show=False, priority=True, id="app.store", tooltip="Open a store"),
        Binding("f9", "change_theme", show=False, priority=True, id="app.theme", tooltip="Choose colours"),
        Binding(
            "ctrl+l",
            "switch_language",
            show=False,
            priority=True,
            id="app.language",
            tooltip="English / 中文",
        ),
        Binding(
            "ctrl+p",
            "command_palette",
            show=False,
            priority=True,
            id="app.commands",
            tooltip="Find any command by its name",
        ),
        Binding("ctrl+q", "quit", show=False, priority=True, id="app.quit", tooltip="Leave the app"),
    ]

    def __init__(
        self,
        session: Session,
        file: Path | None = None,
        keymap: Mapping[str, str] | None = None,
        run: bool = False,
    ) -> None:
        """Take what the screens share.

        Args:
            session: What the screens share.
            file: Opened in the workbench, which is then shown first.
            keymap: Keys by binding id, in the place of the defaults.
            run: Whether the file is tagged at once.
        """
        super().__init__()
        self.session = session
        self._workbench = WorkbenchScreen(session, file, run)
        self._begin_with_file = file is not None
        for theme in THEMES:
            self.register_theme(theme)
        self.set_keymap(keymap or {})

    def on_mount(self) -> None:
        """Begin with the file, with what waits, or with typing."""
        self.theme = self._theme_to_begin_with()
        self.theme_changed_signal.subscribe(self, self._remember_theme)
        self.install_screen(self._workbench, "work")
        with suppress(NotImplementedError, RuntimeError):  # where the system has no such signals
            asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, self._stop_and_leave)
        if self._begin_with_file:
            self.push_screen("work")
        else:
            begin = ReviewScreen if self.session.store else TypingScreen
            self.push_screen(begin(self.session))

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Put every key of the screen and of the app into the palette, as `group: action`."""
        language = self.session.language
        seen = set()
        for node, binding, enabled, _ in screen.active_bindings.values():
            if enabled and is_known(binding) and binding.id not in seen:
                seen.add(binding.id)
                said = long_text(binding, language)
                title = f"{group_text(binding, language)}: {said[:1].lower()}{said[1:]}"
                shown = f"{key_name(binding.key)}   {binding.id}"
                yield SystemCommand(title, shown, partial(self.run_action, binding.action, node))

    def action_help(self) -> None:
        """Show what the keys do here."""
        if isinstance(self.screen, HelpScreen):
            self.screen.dismiss(None)
        else:
            shown = [active.binding for active in self.screen.active_bindings.values()]
            self.push_screen(HelpScreen(self.session, shown))

    def action_typing(self) -> None:
        """Go to typing."""
        self._show_page(TypingScreen, lambda: TypingScreen(self.session))

    def action_review(self) -> None:
        """Go to the review queue."""
        if self._has_store():
            self._show_page(ReviewScreen, lambda: ReviewScreen(self.session))

    def action_scan(self) -> None:
        """Go to scanning."""
        if self._has_store():
            self._show_page(ScanScreen, lambda: ScanScreen(self.session))

    def action_dashboard(self) -> None:
        """Go to the dashboard."""
        if self._has_store():
            self._show_page(DashboardScreen, lambda: DashboardScreen(self.session))

    async def run_action(
        self,
        action: str | ActionParseResult,
        default_namespace: DOMNode | None = None,
        namespaces: Mapping[str, DOMNode] | None = None,
    ) -> bool:
        """Do what a key asks for; an error that the person can mend is shown, and the app goes on."""
        with told(self, self.session.language):
            return await super().run_action(action, default_namespace, namespaces)
        return True

    @on(Scanned)
    def _scanned(self, scan: Scanned) -> None:
        """Show what was scanned, wherever the person is; an open question is left without an answer."""
        if not self._has_store():
            return
        while isinstance(self.screen, ModalScreen):
            self.screen.dismiss(None)
        if isinstance(self.screen, ScanScreen):
            self.screen.look_up(scan.code)
        else:
            self.switch_screen(ScanScreen(self.session, scan.code))

    @on(ScanCut)
    def _scan_cut(self) -> None:
        self.notify(text("scan.cut", self.session.language), severity="warning", markup=False)

    @on(DashboardScreen.ReviewTag)
    def _review_tag(self, asked: DashboardScreen.ReviewTag) -> None:
        self.session.review.choose(Filter(tag=asked.tag))
        self.action_review()

    def _has_store(self) -> bool:
        if not self.session.store:
            self.notify(text("review.no_store", self.session.language), severity="warning", markup=False)
        return self.session.store is not None

    def action_workbench(self) -> None:
        """Go to the workbench."""
        self._show_page(WorkbenchScreen, lambda: self._workbench)

    def _show_page(self, kind: type[Screen[None]], made: Callable[[], Screen[None]]) -> None:
        """Put a page in the place of the present one; a question on top of it is to be answered first."""
        if not isinstance(self.screen, (ModalScreen, kind)):
            self.clear_notifications()  # they would cover the new page
            self.switch_screen(made())

    def action_open_store(self) -> None:
        """Ask for a store."""
        if isinstance(self.screen, ModalScreen):
            return
        if self.session.run_is_going:
            self.notify(text("app.store_busy", self.session.language), severity="warning", markup=False)
            return
        asked = PathScreen(self.session, "path.store", has_suffix(STORES), may_be_new=True)
        self.push_screen(asked, self._with_store)

    def _with_store(self, path: Path | None) -> None:
        if path is None:
            return
        new = not path.exists()
        try:
            self.session.open_store(path)
        except TagrtError as error:
            tell_error(self, error, self.session.language)
            return
        queue = self.session.queue
        name = "app.store_new" if new else "app.store_open"
        count = queue.count() if queue else 0
        self.notify(text(name, self.session.language, name=path.name, count=count), markup=False)
        if isinstance(self.screen, (ReviewScreen, ScanScreen, DashboardScreen)):
            self.switch_screen(type(self.screen)(self.session))
        else:
            self._refresh_texts()

    def action_switch_language(self) -> None:
        """Show the interface in the other language."""
        chinese = self.session.language is Language.ZH
        self.session.language = Language.EN if chinese else Language.ZH
        self.session.state.language = self.session.language.value
        self.session.state.save()
        self._refresh_texts()

    def _refresh_texts(self) -> None:
        for screen in self.screen_stack:
            shown = getattr(screen, "refresh_texts", None)
            if shown:
                shown()
            for bar in screen.query(KeyBar):
                bar.refresh()

    def action_command_palette(self) -> None:
        """Open the palette, in the session's language."""
        if not any(isinstance(screen, CommandPalette) for screen in self.screen_stack):
            said = f"{text('app.palette', self.session.language)}…"
            self.push_screen(CommandPalette(placeholder=said, id="--command-palette"))

    def search_themes(self) -> None:
        """Open the list of themes, in the session's language."""
        said = f"{text('app.themes', self.session.language)}…"
        self.push_screen(CommandPalette(providers=[ThemeProvider], placeholder=said))

    def action_help_quit(self) -> None:
        """Answer Ctrl+C, which leaves most programs but must not lose a half-typed text here."""
        bindings = [active.binding for active in self.screen.active_bindings.values()]
        key = next((key_name(binding.key) for binding in bindings if binding.id == "app.quit"), "^q")
        self.notify(text("app.quit_hint", self.session.language, key=key), timeout=3, markup=False)

    async def action_quit(self) -> None:
        """Leave, after a question while a run is under way."""
        if self.session.run_is_going and not isinstance(self.screen, AskScreen):
            self.push_screen(
                AskScreen(lambda: text("app.run_going", self.session.language)),
                lambda yes: self._stop_and_leave() if yes else None,
            )
        else:
            self._stop_and_leave()

    def _stop_and_leave(self) -> None:
        if self.session.running:
            self.session.running.control.stop()
        self.exit()

    def _theme_to_begin_with(self) -> str:
        if self.no_color:
            return "mono"
        chosen = self.session.state.theme
        return chosen if chosen in self.available_themes else self.theme

    def _remember_theme(self, theme: Theme) -> None:
        if not self.no_color:
            self.session.state.theme = theme.name
            self.session.state.save()

    def _fatal_error(self) -> None:
        """Say in a line what stopped the app, and keep the rest for a report."""
        self.bell()
        self._exit_renderables.append(Text(note_crash()))
        self._close_messages_no_wait()
