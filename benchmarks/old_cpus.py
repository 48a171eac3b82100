"""Do processors without AVX2 give the same tags? Emulated ones are asked, by `qemu-user` (Debian).

Run it with  python benchmarks/old_cpus.py [--model BUNDLE] [--file examples/catalog.csv]
QEMU knows no AVX-512: that one has to be compared on a machine that has it.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

CPUS = {"Nehalem": "SSE4.2", "SandyBridge": "AVX", "Haswell": "AVX2", "EPYC": "AVX2, AMD"}
ASK = """
import csv, json, sys, tagrt
tagger = tagrt.Tagger.load(sys.argv[1] or None, threads=1)
titles = [row["Title"] for row in csv.DictReader(open(sys.argv[2], encoding="utf-8-sig", newline=""))]
taggings = tagger.tag_many(titles)
print(json.dumps([(t.best.id, t.best.probability, str(t.decision)) for t in taggings if t.best]))
"""


def main() -> None:
    """Print one line per processor."""
    examples = Path(__file__).parent.parent / "examples" / "catalog.csv"
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", default="", help="bundle folder; the shipped one by default")
    parser.add_argument("--file", type=Path, default=examples, help="CSV with a column Title")
    options = parser.parse_args()
    emulator = shutil.which("qemu-x86_64")
    if not emulator:
        sys.exit("qemu-x86_64 is not installed: apt install qemu-user")
    python = os.path.realpath(sys.executable)
    question = [python, "-c", ASK, options.model, str(options.file)]
    own = answers(question)
    for cpu, instructions in CPUS.items():
        found = answers([emulator, "-cpu", cpu, *question])
        pairs = list(zip(own, found, strict=True))
        tags, decisions = (sum(a[at] != b[at] for a, b in pairs) for at in (0, 2))
        apart = max(abs(a[1] - b[1]) for a, b in pairs)
        print(
            f"{cpu} ({instructions}): {len(pairs)} titles, {tags} other best tags, "
            f"{decisions} other decisions, probabilities differ by at most {apart:.4f}"
        )


def answers(command: list[str]) -> list[tuple[str, float, str]]:
    """Return what a process says of the titles."""
    path = os.pathsep.join(sys.path[1:])
    done = subprocess.run(
        command,
        env={**os.environ, "PYTHONPATH": path},
        check=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    return [tuple(row) for row in json.loads(done.stdout)]


if __name__ == "__main__":
    main()
