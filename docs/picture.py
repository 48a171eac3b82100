"""Draws docs/run.svg, the README's picture, from a real run: python docs/picture.py (extra `tui`)."""

from __future__ import annotations

import csv
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).parents[1]
ROWS = 12


def main() -> None:
    """Tag the example catalogue and write the picture."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "catalog.csv"
        source.write_bytes((ROOT / "examples" / "catalog.csv").read_bytes())
        command = [sys.executable, "-m", "tagrt", "run", source.name, "--lang", "both"]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
        with (Path(folder) / "catalog.tagged.csv").open(encoding="utf-8-sig", newline="") as file:
            rows = [row for row in csv.DictReader(file) if row["Title"]]
    console = Console(record=True, width=132, file=sys.stderr)
    console.print("$ tagrt run catalog.csv --lang both", style="bold")
    console.print(done.stderr.strip(), highlight=False)
    console.print("\n$ cat catalog.tagged.csv   (some rows and columns)", style="bold")
    console.print(table(rows[:: max(1, len(rows) // ROWS)][:ROWS]))
    console.save_svg(str(ROOT / "docs" / "run.svg"), title="tagrt")


def table(rows: list[dict[str, str]]) -> Table:
    """Lay out the columns a reader wants to see first."""
    columns = {"Title": 44, "tag_path": 58, "probability": 6, "decision": 8}
    made = Table(box=None, pad_edge=False)
    for name, width in columns.items():
        made.add_column(name, width=width, no_wrap=True, overflow="ellipsis")
    for row in rows:
        made.add_row(*(row[name] for name in columns))
    return made


if __name__ == "__main__":
    main()
