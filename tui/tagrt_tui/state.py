"""What the app remembers of a user between two evenings: files, language, theme."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

RECENT = 12
"""Files that are remembered."""


def state_file() -> Path:
    """Return where the state of this user is kept."""
    from platformdirs import user_state_path

    return user_state_path("tagrt", appauthor=False) / "tui.json"


@dataclass
class UserState:
    """A user's choices; those without a path are forgotten at the end.

    Attributes:
        path: Where they are kept.
        recent: Files opened, the latest first.
        language: Language of the interface, empty for none chosen.
        theme: Name of the theme, empty for none chosen.
    """

    path: Path | None = None
    recent: list[str] = field(default_factory=list)
    language: str = ""
    theme: str = ""

    @classmethod
    def load(cls, path: Path) -> UserState:
        """Read the state; one that cannot be read is an empty one, for nothing depends on it."""
        state = cls(path)
        with suppress(OSError, ValueError):
            found = json.loads(path.read_text(encoding="utf-8"))
            if isinstance(found, dict):
                recent = found.get("recent", [])
                state.recent = [str(file) for file in recent] if isinstance(recent, list) else []
                state.language = str(found.get("language", ""))
                state.theme = str(found.get("theme", ""))
        return state

    def opened(self, file: Path) -> None:
        """Remember a file as the latest."""
        name = str(file.resolve())
        self.recent = [name, *(other for other in self.recent if other != name)][:RECENT]
        self.save()

    def save(self) -> None:
        """Write the state; a home that cannot be written is no reason to stop working."""
        if not self.path:
            return
        kept = {"recent": self.recent, "language": self.language, "theme": self.theme}
        with suppress(OSError):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            beside = self.path.with_suffix(f".{os.getpid()}.new")
            beside.write_text(json.dumps(kept, ensure_ascii=False), encoding="utf-8")
            os.replace(beside, self.path)
