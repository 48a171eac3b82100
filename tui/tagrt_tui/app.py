"""The app: its screens, and the keys that hold on all of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import ClassVar

from textual import on
from textual.actions import ActionParseResult
from textual.app import SystemCommand
from textual.binding import Binding, BindingType
from textual.dom import DOMNode
from textual.screen import ModalScreen, Screen

from tagrt.store.queue import Filter
from tagrt.types import Language
from tagrt_tui.notices import told
from tagrt_tui.scanner.app import Scanned, ScannerApp
from tagrt_tui.screens.dashboard import DashboardScreen
from tagrt_tui.screens.review import ReviewScreen
from tagrt_tui.screens.scan import ScanScreen
from tagrt_tui.screens.typing import TypingScreen
from tagrt_tui.session import Session
from tagrt_tui.texts import text


class TagrtApp(ScannerApp):
    """Type a product and watch its tags; review what waits for a person."""

    TITLE = "tagrt"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f2", "typing", show=False, priority=True, id="app.type", tooltip="Type a product"),
        Binding("f3", "review", show=False, priority=True, id="app.review", tooltip="Review what waits"),
        Binding("f4", "scan", show=False, priority=True, id="app.scan", tooltip="Scan barcodes"),
        Binding("f5", "dashboard", show=False, priority=True, id="app.dashboard", tooltip="See all figures"),
        Binding(
            "ctrl+l",
            "switch_language",
            show=False,
            priority=True,
            id="app.language",
            tooltip="English / 中文",
        ),
        Binding("ctrl+q", "quit", show=False, priority=True, id="app.quit", tooltip="Leave the app"),
    ]

    def __init__(self, session: Session) -> None:
        """Take what the screens share."""
        super().__init__()
        self.session = session

    def on_mount(self) -> None:
        """Begin with what waits, or with typing."""
        self.push_screen(ReviewScreen(self.session) if self.session.store else TypingScreen(self.session))

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Put the app's own commands before Textual's in the palette."""
        yield SystemCommand("type: a product", "Type a product and watch its tags", self.action_typing)
        yield SystemCommand("review: what waits", "Decide, least certain first", self.action_review)
        yield SystemCommand("scan: barcodes", "Find or add a product by its code", self.action_scan)
        yield SystemCommand("dashboard: figures", "What is decided, by tag", self.action_dashboard)
        yield SystemCommand("language: English / 中文", "Switch the interface", self.action_switch_language)
        yield from super().get_system_commands(screen)

    def action_typing(self) -> None:
        """Go to typing."""
        if not isinstance(self.screen, TypingScreen):
            self.switch_screen(TypingScreen(self.session))

    def action_review(self) -> None:
        """Go to the review queue."""
        if self._has_store() and not isinstance(self.screen, ReviewScreen):
            self.switch_screen(ReviewScreen(self.session))

    def action_scan(self) -> None:
        """Go to scanning."""
        if self._has_store() and not isinstance(self.screen, ScanScreen):
            self.switch_screen(ScanScreen(self.session))

    def action_dashboard(self) -> None:
        """Go to the dashboard."""
        if self._has_store() and not isinstance(self.screen, DashboardScreen):
            self.switch_screen(DashboardScreen(self.session))

    async def run_action(
        self,
        action: str | ActionParseResult,
        default_namespace: DOMNode | None = None,
        namespaces: Mapping[str, DOMNode] | None = None,
    ) -> bool:
        """Do what a key asks for; an error that the person can mend is shown, and the app goes on."""
        with told(self):
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

    @on(DashboardScreen.ReviewTag)
    def _review_tag(self, asked: DashboardScreen.ReviewTag) -> None:
        self.session.review.choose(Filter(tag=asked.tag))
        self.action_review()

    def _has_store(self) -> bool:
        if not self.session.store:
            self.notify(text("review.no_store", self.session.language), severity="warning", markup=False)
        return self.session.store is not None

    def action_switch_language(self) -> None:
        """Show the interface in the other language."""
        chinese = self.session.language is Language.ZH
        self.session.language = Language.EN if chinese else Language.ZH
        if isinstance(self.screen, (TypingScreen, ScanScreen, DashboardScreen)):
            self.screen.refresh_texts()
        elif isinstance(self.screen, ReviewScreen):
            self.screen.refresh_queue()
