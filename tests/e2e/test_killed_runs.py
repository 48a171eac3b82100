"""Real runs of the shipped model, killed at random moments, end in the bytes of an undisturbed one."""

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

from tests.e2e.words import WORDS

KILLS = 50
ROWS = 3000
LONG = 60_000
"""Rows of a run that does not end between two looks at it."""


def catalogue(path: Path, rows: int = ROWS) -> None:
    draw = random.Random(5)
    lines = ["sku,title,note"]
    lines += [f"{n},{' '.join(draw.choices(WORDS, k=6))} {n},n" for n in range(rows)]
    path.write_bytes("\n".join(lines).encode() + b"\nbroken,\xff tea,n\n")


OFTEN = """
import sys
from tagrt.cli.main import main
from tagrt.run import durable
durable.CHECKPOINT_SECONDS = 0.02
sys.exit(main())
"""
"""A run that says more often than every half second how far it is: these rows take no longer."""


def start(source: Path, *options: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", OFTEN, "run", str(source), "--quiet", *options]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def results(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.suffix == ".csv"}


def test_runs_killed_at_random_moments_lose_nothing(tmp_path: Path) -> None:
    source = tmp_path / "stock.csv"
    catalogue(source)
    began = time.monotonic()
    assert start(source).wait() == 1  # one row is damaged
    seconds = time.monotonic() - began
    expected = results(tmp_path)
    assert sorted(expected) == ["stock.csv", "stock.rejected.csv", "stock.tagged.csv"]
    draw = random.Random(17)
    kills = amid = finished = unfinished = 0
    while kills < KILLS or not finished:
        process = start(source, "--resume")
        try:
            process.wait(timeout=draw.uniform(0.2, 0.9 + unfinished / 20) * seconds)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.communicate()
            kills += 1
            unfinished += 1
            amid += (tmp_path / ".stock.tagged.csv.part.json").exists()
            continue
        assert process.returncode == 1, process.communicate()
        assert results(tmp_path) == expected
        finished += 1
        unfinished = 0
        (tmp_path / "stock.tagged.csv").unlink()
    assert start(source, "--resume").wait() == 1
    assert results(tmp_path) == expected
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted(expected), "something was left behind"
    assert amid, "no kill came after the first rows were written: they prove nothing"


def test_a_terminated_run_says_how_to_go_on(tmp_path: Path) -> None:
    source = tmp_path / "stock.csv"
    catalogue(source, LONG)
    process = start(source)
    part = tmp_path / ".stock.tagged.csv.part.json"
    while process.poll() is None and not part.exists():
        time.sleep(0.01)
    process.terminate()
    _, said = process.communicate()
    assert process.returncode == 130, said
    assert b"--resume" in said
    assert not (tmp_path / "stock.tagged.csv").exists()
    assert start(source, "--resume").wait() == 1
    assert len((tmp_path / "stock.tagged.csv").read_bytes().splitlines()) == LONG + 2
