"""Files that are written must not be those that are read."""

from __future__ import annotations

from pathlib import Path

from tagrt.errors import UsageError


def refuse_same(target: Path | None, *read: Path | None) -> None:
    """Refuse a target that is one of the files a command reads, or its store.

    Args:
        target: Where something is to be written; None for stdout.
        *read: What must stay as it is; None for nothing.

    Raises:
        UsageError: If it is one of them.
    """
    for path in read:
        if target and path and target.exists() and path.exists() and target.samefile(path):
            raise UsageError(
                f"{target} is {path} itself, which would be lost: choose another file",
                "output.same",
                path=target,
            )
