"""The exit codes of every `tagrt` command."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """What a shell script learns from `$?`."""

    OK = 0
    ROWS_FAILED = 1
    WORSE = 1
    """`tagrt bench compare` found something worse."""
    USAGE = 2
    BAD_INPUT = 3
    BAD_BUNDLE = 4
    REFUSED = 5
    INTERRUPTED = 130
