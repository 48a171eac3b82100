"""The app: its screens, and the keys that hold on all of them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.screen import Screen

from tagrt.types import Language
from tagrt_tui.screens.review import ReviewScreen
from tagrt_tui.screens.typing import TypingScreen
from tagrt_tui.session import Session
from tagrt_tui.texts import text


class TagrtApp(App[None]):
    """Type a product and watch its tags; review what waits for a person."""

    TITLE = "tagrt"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f2", "typing", show=False, priority=True, id="app.type", tooltip="Type a product"),
        Binding("f3", "review", show=False, priority=True, id="app.review", tooltip="Review what waits"),
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
        yield SystemCommand("language: English / 中文", "Switch the interface", self.action_switch_language)
        yield from super().get_system_commands(screen)

    def action_typing(self) -> None:
        """Go to typing."""
        if not isinstance(self.screen, TypingScreen):
            self.switch_screen(TypingScreen(self.session))

    def action_review(self) -> None:
        """Go to the review queue."""
        if not self.session.store:
            self.notify(text("review.no_store", self.session.language), severity="warning", markup=False)
        elif not isinstance(self.screen, ReviewScreen):
            self.switch_screen(ReviewScreen(self.session))

    def action_switch_language(self) -> None:
        """Show the interface in the other language."""
        chinese = self.session.language is Language.ZH
        self.session.language = Language.EN if chinese else Language.ZH
        if isinstance(self.screen, TypingScreen):
            self.screen.refresh_texts()
        elif isinstance(self.screen, ReviewScreen):
            self.screen.refresh_queue()
