"""`tagrt bench --report`: measure what is missing, then write JSON, Markdown, plots and the page."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from tagrt.bench.options import ReportOptions
from tagrt.errors import UsageError
from tagrt_bench.collect import collect
from tagrt_bench.driver import Say, measure_all
from tagrt_bench.pages.html import page
from tagrt_bench.pages.markdown import markdown
from tagrt_bench.pages.plots import plots
from tagrt_bench.pages.theme import variables


def make_report(options: ReportOptions, say: Say, command: str) -> dict[str, Any]:
    """Make a full report; figures that its folder holds already are not measured again.

    An interrupt, by Ctrl-C or `kill`, ends the process that is being measured and loses its stage alone.

    Args:
        options: What to measure and where to.
        say: Told about progress.
        command: What was called, for the record.
    """
    options.folder.mkdir(parents=True, exist_ok=True)
    with held(options.folder):
        work = measure_all(options, say)
        report = collect(options, work, command)
        write(report, options.folder)
    say(report["verdict"])
    say(f"{options.folder}: report.html, report.md, report.json, plots/")
    return report


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Keep a second report out of a folder.

    Raises:
        UsageError: If one is being made there.
    """
    lock = FileLock(folder / ".lock")
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise UsageError(f"{folder}: another report is being made there: wait for it, or stop it") from error
    with lock:
        yield


def write(report: dict[str, Any], folder: Path) -> None:
    """Write every form of a report into a folder."""
    drawn = list(plots(report))
    (folder / "plots").mkdir(parents=True, exist_ok=True)
    (folder / "report.json").write_text(_json(report), encoding="utf-8")
    (folder / "report.md").write_text(markdown(report, drawn), encoding="utf-8")
    (folder / "report.html").write_text(page(report, drawn), encoding="utf-8")
    for plot in drawn:
        alone = plot.svg.replace(">", f"><style>{variables()}</style>", 1)
        (folder / "plots" / f"{plot.name}.svg").write_text(alone, encoding="utf-8")


def _json(report: dict[str, Any]) -> str:
    return json.dumps(report, ensure_ascii=False, indent=1) + "\n"
