"""Malformed tables by the thousand: every run ends in a summary that adds up, or in one clear error.

Run it with  python -m tests.fuzz.malformed_tables --files 100000
"""

from __future__ import annotations

import argparse
import csv
import gzip
import io
import random
import sys
import tempfile
import time
import traceback
from collections import Counter as Tally
from pathlib import Path

from tests.runtime.test_durable import Counter

from tagrt.errors import TagrtError
from tagrt.run import RunOptions, run_file
from tagrt.tables import ColumnNames

CELLS = (
    "", "tea", "茶叶 500克", "=cmd|' /C calc'!A0", '15" monitor', "a,b;c\td|e", "two\nlines", "\r", '"', "\0",
    "é", "x" * 300, "0012", "1.10", "-5", "{", "}", "[1]", "null", "\ufeff", "\u2028", "😀", "'", "\\",
    "sep=;",
)  # fmt: skip
HEADS = (
    ["Handle", "Title", "Vendor", "Variant SKU"],
    ["商品名称", "品牌", "条码"],
    ["title"],
    ["name", "name", "", "sku"],
    ["a", "b"],
    [f"c{n}" for n in range(5000)],
)
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "gb18030", "big5", "latin-1", "cp1252", "utf-32")
SUFFIXES = (".csv", ".tsv", ".txt", ".jsonl", ".csv.gz", ".xlsx", ".parquet", ".json", "")


def table(draw: random.Random) -> bytes:
    """Return a table as some program might have written it."""
    head = draw.choices(HEADS, weights=(6, 6, 6, 6, 6, 0.2))[0]
    delimiter, end = draw.choice(",;\t|"), draw.choice(("\n", "\r\n", "\r", "\n\n"))
    lines = [
        head,
        *([draw.choice(CELLS) for _ in range(width(draw, len(head)))] for _ in range(draw.randint(0, 12))),
    ]
    if draw.random() < 0.15:
        text = end.join(json_line(draw, head) for _ in lines)
    else:
        text = end.join(delimiter.join(cell(draw, value) for value in line) for line in lines)
    if draw.random() < 0.05:
        text = f"sep={delimiter}{end}{text}"
    return text.encode(draw.choice(ENCODINGS), "replace")


def width(draw: random.Random, usual: int) -> int:
    """Return how many cells a row has: mostly as many as the header."""
    return usual if draw.random() < 0.8 else draw.randint(0, min(usual, 40) + 3)


def cell(draw: random.Random, value: str) -> str:
    """Quote a cell rightly, wrongly, or not at all."""
    way = draw.random()
    if way < 0.5:
        return value
    return '"' + value.replace('"', '""') + '"' if way < 0.9 else f'"{value}'


def json_line(draw: random.Random, head: list[str]) -> str:
    """Return a line that is a JSON object, or nearly."""
    body = ", ".join(f'"{name}": "{draw.choice(CELLS)}"' for name in head[:6])
    return draw.choice(("{%s}", "{%s", "[%s]", "{%s}}", "{%s}")) % body


def spoilt(draw: random.Random, data: bytes) -> bytes:
    """Flip, cut, repeat and insert bytes."""
    spoiled = bytearray(data)
    for _ in range(draw.choice((0, 0, 1, 2, 8))):
        at = draw.randrange(len(spoiled) + 1)
        way = draw.randrange(5)
        if way == 0:
            spoiled[at : at + 1] = bytes([draw.randrange(256)])
        elif way == 1:
            del spoiled[at : at + draw.randint(1, 20)]
        elif way == 2:
            spoiled[at:at] = draw.choice(
                (b"\0", b"\xff", b'"', b"\n", b"\xef\xbb\xbf", b"\r", b'""', b"\x1a")
            )
        elif way == 3:
            spoiled[at:at] = spoiled[max(0, at - 50) : at]
        else:
            del spoiled[at:]
    return bytes(spoiled)


def check(path: Path, draw: random.Random) -> str:
    """Run a file; return what came of it.

    Raises:
        AssertionError: If the counts do not add up.
    """
    output_format = draw.choice((None, None, "csv", "jsonl"))
    try:
        columns = ColumnNames(title=draw.choice((None, "1")))
        options = RunOptions(columns, format=output_format, sanitize=draw.random() < 0.5)
        summary = run_file(Counter(), path, options)
    except TagrtError as error:
        assert "\n" not in str(error).strip(), f"an error of several lines: {error}"
        return type(error).__name__
    assert summary.output
    assert summary.rows == summary.auto + summary.review
    rows = written_rows(summary.output)
    assert rows == summary.rows, f"{summary.rows} rows counted, {rows} written"
    return "ok" if summary.exit_code == 0 else "rows failed"


def written_rows(path: Path) -> int:
    """Count the rows of an output by another reader than ours."""
    if path.suffix == ".jsonl":
        return path.read_bytes().count(b"\n")
    text = path.read_text(encoding="utf-8-sig")
    delimiter = text[text.index("tag_path") - 1]
    return len(list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))) - 1


def fuzz(files: int, seed: int, folder: Path) -> Tally[str]:
    """Run so many files and tally what came of them.

    Raises:
        AssertionError: On the first file that breaks something; it is left in the folder.
    """
    outcomes: Tally[str] = Tally()
    for number in range(files):
        draw = random.Random(f"{seed}/{number}")
        suffix = draw.choice(SUFFIXES)
        path = folder / f"table{suffix}"
        data = spoilt(draw, table(draw))
        path.write_bytes(gzip.compress(data, 1) if suffix.endswith(".gz") and draw.random() < 0.8 else data)
        try:
            outcomes[check(path, draw)] += 1
        except Exception as error:
            kept = folder / f"broken-{seed}-{number}{suffix}"
            path.rename(kept)
            raise AssertionError(f"{kept}: {type(error).__name__}: {error}") from error
        for left in folder.iterdir():
            left.unlink()
    return outcomes


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    started = time.monotonic()
    folder = Path(tempfile.mkdtemp(prefix="tagrt-fuzz-"))
    try:
        outcomes = fuzz(options.files, options.seed, folder)
    except AssertionError:
        traceback.print_exc()
        sys.exit(1)
    print(f"{options.files:,} files in {time.monotonic() - started:.0f} s: {dict(outcomes)}")


if __name__ == "__main__":
    main()
