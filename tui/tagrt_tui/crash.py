"""The last words of an app that stopped by a fault of its own: a line for the person, a file for a report."""

from __future__ import annotations

import sys
import traceback
from contextlib import suppress

from tagrt_tui.state import state_file


def note_crash() -> str:
    """Keep the exception at hand in a file, and return what to say of it."""
    error = sys.exc_info()[1]
    kept = state_file().with_name("crash.txt")
    with suppress(OSError):
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text(traceback.format_exc(), encoding="utf-8")
        return (
            f"error: tagrt stopped by a fault of its own ({type(error).__name__}: {error}). "
            f"Decisions made are kept. Please report it with {kept}"
        )
    return f"error: tagrt stopped by a fault of its own: {traceback.format_exc()}"
