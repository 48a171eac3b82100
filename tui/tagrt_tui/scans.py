"""What was scanned since the app was started."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

MOST = 200
"""Scans remembered."""


class Scan(NamedTuple):
    """One scan and what came of it.

    Attributes:
        at: When, in local time.
        code: The code as it was read.
        title: Title of the product; empty if none has the code.
        wrong: Whether the check digit was wrong.
    """

    at: datetime
    code: str
    title: str
    wrong: bool = False


@dataclass
class Scans:
    """The scans of a session, and names that were begun for codes no product has.

    Attributes:
        now: Gives the time.
        done: The last scans, newest first.
        count: How many there were in all.
        names: Code -> what was typed of a name before another code was scanned.
    """

    now: Callable[[], datetime] = datetime.now
    done: deque[Scan] = field(default_factory=lambda: deque(maxlen=MOST))
    count: int = 0
    names: dict[str, str] = field(default_factory=dict)

    def add(self, code: str, title: str, wrong: bool = False) -> None:
        """Remember a scan."""
        self.done.appendleft(Scan(self.now(), code, title, wrong))
        self.count += 1

    def named(self, code: str, title: str) -> None:
        """Put the title of a product just added on its scans."""
        renamed = [scan._replace(title=title) if scan.code == code else scan for scan in self.done]
        self.done = deque(renamed, maxlen=MOST)
