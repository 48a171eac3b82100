"""Errors that are the user's to mend, as notices on the screen instead of the end of the app."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from textual.app import App

from tagrt.errors import TagrtError


@contextmanager
def told(app: App[Any]) -> Iterator[None]:
    """Show an error of what is done within, from whichever thread, and go on."""
    try:
        yield
    except (TagrtError, OSError, sqlite3.Error) as error:
        app.notify(str(error), severity="error", timeout=10, markup=False)
