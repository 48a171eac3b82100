"""One guess on the screen: its path above a bar as long as its probability; one line if room is scarce."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from textual.content import Content
from textual.widget import Widget

from tagrt.types import Language, Tag

BAR_WIDTH = 40
PERCENT_WIDTH = 7
_SEPARATOR = " > "


class GuessRow(Widget):
    """A path from root to leaf with its probability; blank while there is no guess."""

    DEFAULT_CSS = """
    GuessRow {
        height: 3;
        padding: 0 1;
    }
    """

    def __init__(self) -> None:
        """Show nothing yet."""
        super().__init__()
        self._guess: tuple[Tag, ...] = ()
        self._language = Language.EN
        self._key = ""
        self._pressed = False

    def show(self, guess: tuple[Tag, ...], language: Language, number: int | None = None) -> None:
        """Show a path behind the number of its key, or nothing for an empty one."""
        self._guess, self._language, self._key = guess, language, f"{number} " if number else ""
        self._pressed = False
        self.refresh()

    def press(self, pressed: bool) -> None:
        """Mark the row as the one whose key has come, or as not."""
        if pressed != self._pressed:
            self._pressed = pressed
            self.refresh()

    def render(self) -> Content:
        """Return the path, as long as it fits now, above its bar."""
        if not self._guess:
            return Content("")
        names = [tag.name(self._language) for tag in self._guess]
        width = self.content_size.width - len(self._key)
        path = shortened(names, width)
        bar = _bar(self._guess[-1].probability, min(BAR_WIDTH, width - PERCENT_WIDTH))
        marked = " reverse" if self._pressed else ""
        if self.content_size.height == 1:
            path = shortened(names, width - PERCENT_WIDTH)
            said = f" {self._guess[-1].probability:6.1%}"
            return Content.assemble((self._key, f"$accent{marked}"), (path, f"bold{marked}"), said)
        return Content.assemble(
            (self._key, f"$accent{marked}"), (path, f"bold{marked}"), "\n", " " * len(self._key), *bar
        )


def shortened(names: Sequence[str], width: int) -> str:
    """Return a path of at most so many cells; the leaf says most, so levels are left out from the root."""
    for start in range(len(names)):
        path = _SEPARATOR.join(["…"] * bool(start) + list(names[start:]))
        if width <= 0 or cell_len(path) <= width:
            return path
    return names[-1]


def _bar(probability: float, width: int) -> tuple[tuple[str, str], ...]:
    width = max(width, 1)
    filled = round(probability * width)
    return (
        ("━" * filled, "$success"),
        ("╌" * (width - filled), "$surface-lighten-2"),
        (f" {probability:6.1%}", ""),
    )
