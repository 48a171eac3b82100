"""One guess on the screen: its path above a bar as long as its probability."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
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
        path = shortened([tag.name(language) for tag in guess], self.size.width - 2)
        self.update(Content.assemble((path, "bold"), "\n", *_bar(guess[-1].probability)))


def shortened(names: Sequence[str], width: int) -> str:
    """Return a path of at most so many cells; the leaf says most, so levels are left out from the root."""
    for start in range(len(names)):
        path = _SEPARATOR.join(["…"] * bool(start) + list(names[start:]))
        if width <= 0 or cell_len(path) <= width:
            return path
    return names[-1]


def _bar(probability: float) -> tuple[tuple[str, str], ...]:
    filled = round(probability * BAR_WIDTH)
    return (
        ("━" * filled, "$success"),
        ("╌" * (BAR_WIDTH - filled), "$surface-lighten-2"),
        (f" {probability:6.1%}", ""),
    )
