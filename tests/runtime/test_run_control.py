"""A run that another thread holds, stops and goes on with."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from tagrt import Tagger
from tagrt.run import Progress, RunControl, RunOptions, RunStopped, run_file
from tagrt.run.durable import unfinished
from tagrt.tables.columns import NO_COLUMN, ColumnNames, find_columns

ROWS = 5000


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "stock.csv"
    path.write_text("sku,title\n" + "".join(f"{n},green tea {n % 7}\n" for n in range(ROWS)))
    return path


def test_a_stopped_run_goes_on_and_ends_in_the_same_bytes(source: Path) -> None:
    tagger, control = Tagger.load(), RunControl()

    def stop_soon(progress: Progress) -> None:
        if progress.rows >= 2000:
            control.stop()

    whole = run_file(tagger, source, RunOptions(output=source.with_name("whole.csv")))
    with pytest.raises(RunStopped):
        run_file(tagger, source, on_progress=stop_soon, control=control)
    target = source.with_name("stock.tagged.csv")
    assert not target.exists()
    found = unfinished(target)
    assert found
    assert found.counts["rows"] >= 2000
    seen: list[Progress] = []
    summary = run_file(tagger, source, RunOptions(resume=True), on_progress=seen.append)
    assert summary.resumed == found.counts["rows"]
    assert target.read_bytes() == source.with_name("whole.csv").read_bytes()
    assert (seen[-1].rows, seen[-1].auto, seen[-1].review) == (ROWS, whole.auto, whole.review)
    assert sum(rows for _, rows in seen[-1].top_tags) == sum(whole.top_tags.values())
    assert not unfinished(target)


def test_a_held_run_writes_nothing_until_it_is_let_go(source: Path) -> None:
    control, seen = RunControl(), list[Progress]()
    held = threading.Event()

    def hold_first(progress: Progress) -> None:
        seen.append(progress)
        if len(seen) == 1:
            control.pause()
            held.set()

    worker = threading.Thread(target=run_file, args=(Tagger.load(), source, None, hold_first, control))
    worker.start()
    assert held.wait(60)
    worker.join(0.3)
    assert worker.is_alive()
    assert len(seen) == 1
    control.resume()
    worker.join(60)
    assert seen[-1].rows == ROWS
    assert control.waited > 0


def test_time_left_counts_only_what_this_run_wrote() -> None:
    progress = Progress(rows=300, bytes_read=600, bytes_total=1000, seconds=10.0, resumed=200)
    assert progress.rows_per_second == 10
    assert progress.seconds_left == pytest.approx(20)
    assert Progress(0, 0, 1000, 1.0).seconds_left == 0


def test_a_column_can_be_left_out() -> None:
    header = ["title", "brand"]
    assert find_columns(header).brand == 1
    assert find_columns(header, ColumnNames(brand=NO_COLUMN)).brand is None
    assert find_columns(["title", "-"], ColumnNames(brand=NO_COLUMN)).brand == 1
