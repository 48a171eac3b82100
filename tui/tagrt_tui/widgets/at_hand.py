"""The product at hand on a screen that is too small for it."""

from __future__ import annotations

from textual.widget import Widget

SHORT = [(0, "-short"), (24, "")]
"""Vertical breakpoints: a screen of less than 24 lines has the class ``-short``."""


def scroll_pages(widget: Widget, pages: int) -> None:
    """Scroll by pages, less a line that stays in sight."""
    widget.scroll_relative(y=pages * max(1, widget.content_size.height - 1), animate=False)
