"""One guess on the screen: its path above a bar as long as its probability."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Static

from tagrt.types import Language, Tag

BAR_WIDTH = 40
_SEPARATOR = " > "


class GuessRow(Static):
    """A path from root to leaf with its probability; blank while there is no guess."""

    DEFAULT_CSS = """
    GuessRow {
        height: 3;
        padding: 0 1;
        text-wrap: nowrap;
        text-overflow: ellipsis;
    }
    """

    def show(self, guess: tuple[Tag, ...], language: Language) -> None:
        """Show a path, or nothing for an empty one."""
        if not guess:
            self.update("")
            return
        path = _SEPARATOR.join(tag.name(language) for tag in guess)
        self.update(Content.assemble((path, "bold"), "\n", *_bar(guess[-1].probability)))


def _bar(probability: float) -> tuple[tuple[str, str], ...]:
    filled = round(probability * BAR_WIDTH)
    return (
        ("━" * filled, "$success"),
        ("━" * (BAR_WIDTH - filled), "$surface-lighten-2"),
        (f" {probability:6.1%}", ""),
    )
