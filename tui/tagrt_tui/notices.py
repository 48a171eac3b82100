"""Errors that are the user's to mend, as notices on the screen instead of the end of the app."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from textual.app import App

from tagrt.errors import TagrtError
from tagrt.types import Language
from tagrt_tui.error_texts import error_text

SECONDS = 10
"""How long an error is shown."""


@contextmanager
def told(app: App[Any], language: Language) -> Iterator[None]:
    """Show an error of what is done within, from whichever thread, and go on."""
    try:
        yield
    except (TagrtError, OSError, sqlite3.Error) as error:
        tell_error(app, error, language)


def tell_error(app: App[Any], error: BaseException, language: Language) -> None:
    """Show an error."""
    app.notify(error_text(error, language), severity="error", timeout=SECONDS, markup=False)
