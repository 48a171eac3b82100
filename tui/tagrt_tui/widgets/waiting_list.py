"""The products that wait, as far as the screen shows them; the one at hand is the first."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import set_cell_size
from textual.content import Content
from textual.widget import Widget

from tagrt.store.queue import Waiting


class WaitingList(Widget):
    """Lines of probability and title; only what fits is ever read from the store."""

    DEFAULT_CSS = "WaitingList { height: 1fr; }"

    def __init__(self) -> None:
        """Show nothing yet."""
        super().__init__()
        self._products: Sequence[Waiting] = ()

    def show(self, products: Sequence[Waiting]) -> None:
        """Show products, the first marked."""
        self._products = products
        self.refresh()

    def render(self) -> Content:
        """Return the lines, as wide as the widget is now."""
        width = max(10, self.content_size.width)
        parts: list[str | tuple[str, str]] = []
        for at, product in enumerate(self._products[: max(1, self.content_size.height)]):
            title = " ".join(product.title.split())
            line = set_cell_size(f"{product.best_probability:4.0%} {title}", width)
            parts += ["\n"] * bool(parts) + [(line, "reverse" if at == 0 else "")]
        return Content.assemble(*parts)
