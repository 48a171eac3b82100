"""A first look: the packaged sample products in a folder that is gone when the app is left."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path

SAMPLE = "sample.csv"


@contextmanager
def demo_folder() -> Iterator[tuple[Path, Path]]:
    """Give the sample file and the path of a store beside it, in a temporary folder."""
    with tempfile.TemporaryDirectory(prefix="tagrt-demo-") as folder:
        sample = Path(folder) / SAMPLE
        sample.write_bytes((files("tagrt_tui") / SAMPLE).read_bytes())
        yield sample, Path(folder) / "demo.db"
