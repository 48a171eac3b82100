"""Who decides, where no one says so."""

from __future__ import annotations

import getpass


def user_name() -> str:
    """Return the name of this computer's user; "unknown" where it has no account, as in containers."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"
