"""The product at hand: its title with the words that drove the guess, its columns, the tag to be accepted."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content
from textual.widgets import Static

from tagrt.inference.explain import Influence
from tagrt.store.queue import Waiting
from tagrt.types import Tag
from tagrt_tui.session import Session
from tagrt_tui.texts import text
from tagrt_tui.widgets.cut import cut_end

LEAST_EFFECT = 0.05
"""Probability a word must be worth to be marked."""

TITLE_LINES = 2
"""Lines of a title, as long as its words are short."""


class ProductCard(Static):
    """Title, reason, columns, and what Enter accepts."""

    DEFAULT_CSS = "ProductCard { height: auto; margin-bottom: 1; }"

    def __init__(self) -> None:
        """Show nothing yet."""
        super().__init__()
        self._title = ""
        self._below = Content("")

    def show(
        self, product: Waiting, facts: Sequence[str], path: Sequence[Tag], session: Session, width: int
    ) -> None:
        """Show a product.

        Args:
            product: The product.
            facts: Its columns, cut to one line each.
            path: The path that Enter accepts.
            session: Gives the language.
            width: Cells of a line.
        """
        language = session.language
        reason = text(f"review.reason.{product.reason}", language) if product.reason else ""
        accepted = " > ".join(tag.name(language) for tag in path)
        lines: list[str | tuple[str, str]] = ["\n", (reason, "$warning")]
        for fact in facts:
            lines += ["\n", (cut_end(fact, width), "$text-muted")]
        lines += ["\n", (f"{text('review.accepts', language)} ", "$text-muted"), (accepted, "bold $success")]
        self._title = cut_end(product.title, TITLE_LINES * width)
        self._below = Content.assemble(*lines)
        self.update(Content.assemble((self._title, "bold"), self._below))

    def show_influences(self, found: Sequence[Influence]) -> None:
        """Mark the words that speak for the guess."""
        marked = {influence.start: influence for influence in found if influence.effect >= LEAST_EFFECT}
        parts: list[str | tuple[str, str] | Content] = []
        at = 0
        for start, influence in sorted(marked.items()):
            end = start + len(influence.word)
            parts += [(self._title[at:start], "bold"), (self._title[start:end], "bold underline $success")]
            at = end
        parts += [(self._title[at:], "bold"), self._below]
        self.update(Content.assemble(*parts))

    def show_nothing(self, message: str) -> None:
        """Say that there is no product."""
        self._title = ""
        self._below = Content("")
        self.update(message)
