"""All peers one after another, each stage in a process of its own; what is measured stays measured."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tagrt.bench.options import ReportOptions
from tagrt.bundle.bundle import MANIFEST, shipped
from tagrt.errors import UsageError
from tagrt_bench.peers import OWN_ENVIRONMENT, chosen_peers
from tagrt_bench.rows import draw_rows
from tagrt_bench.worker import SETTINGS

Say = Callable[[str], None]
STAGE_LIMIT = 1500
"""Seconds after which a stage of a peer is given up."""

_THREAD_VARIABLES = (
    "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "RAYON_NUM_THREADS", "NUMEXPR_NUM_THREADS",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Job:
    """One stage of one peer.

    Attributes:
        peer: Its name.
        stage: What `tagrt_bench.worker` calls it.
        threads: Threads that the peer may use.
        turn: Round of a repeated stage.
    """

    peer: str
    stage: str
    threads: int
    turn: int = 0

    def result(self, work: Path) -> Path:
        """Return the file of what it finds."""
        name = {"speed": f"speed-{self.turn}", "threads": f"threads-{self.threads}"}
        return work / self.peer / f"{name.get(self.stage, self.stage)}.json"


def measure_all(options: ReportOptions, say: Say) -> Path:
    """Measure every peer that is not measured yet.

    Returns:
        The work folder, for `tagrt_bench.collect`.

    Raises:
        UsageError: If a peer is unknown, or the folder holds figures made with other settings.
        InputFileError: If the corpus holds no rows.
    """
    names = chosen_peers(options.peers)
    work = options.folder / "work"
    work.mkdir(parents=True, exist_ok=True)
    claim(work, settings_of(options))
    say("rows: reading the corpus")
    draw_rows(options.corpus, options.rows, work)
    started = time.monotonic()
    jobs = list(jobs_of(names, options))
    lost: set[str] = set()
    for number, job in enumerate(jobs, 1):
        if job.peer in lost or job.result(work).is_file():
            lost |= {job.peer} if _skipped(job.result(work)) else set()
            continue
        (work / job.peer).mkdir(exist_ok=True)
        begun = time.monotonic()
        reason = run(job, work, python_of(job.peer, options))
        if reason:
            lost.add(job.peer)
        at = f"[{number}/{len(jobs)}, {time.monotonic() - started:.0f} s] {job.peer} {job.stage}"
        repeated = f" {job.turn + 1}" if job.stage == "speed" else ""
        say(f"{at}{repeated}: {'left out: ' + reason if reason else f'{time.monotonic() - begun:.1f} s'}")
    seconds_spent(work, time.monotonic() - started)
    return work


def jobs_of(names: list[str], options: ReportOptions) -> Iterator[Job]:
    """Yield the stages: all peers fit, all are judged, then all are timed round by round."""
    every = options.threads
    for stage in ("fit", "accuracy"):
        yield from (Job(name, stage, every) for name in names)
    for turn in range(options.rounds):
        yield from (Job(name, "speed", every, turn) for name in names)
    for threads in sorted({1, every, *(2**n for n in range(10) if 2**n < every)}):
        yield from (Job(name, "threads", threads) for name in names)


def python_of(peer: str, options: ReportOptions) -> Path | None:
    """Return the Python of a peer that has an environment of its own, or none for this one."""
    return options.ipex_python.absolute() if options.ipex_python and peer in OWN_ENVIRONMENT else None


def run(job: Job, work: Path, python: Path | None = None) -> str:
    """Run a stage and return why the peer has to be left out, or nothing.

    Args:
        job: The stage.
        work: Folder of the results.
        python: Interpreter of another environment, in which tagrt is installed too; this one's if None.
    """
    result = job.result(work)
    words = [
        job.stage,
        job.peer,
        str(work),
        str(result),
        "--threads",
        str(job.threads),
        "--turn",
        str(job.turn),
    ]
    path = {"PYTHONPATH": "" if python else os.pathsep.join(p for p in sys.path if p)}
    threads = dict.fromkeys(_THREAD_VARIABLES, str(job.threads))
    quiet = {"HF_HUB_OFFLINE": "1", "PYTHONWARNINGS": "ignore", "TOKENIZERS_PARALLELISM": "true"}
    log = work / job.peer / f"{result.stem}.log"
    with log.open("w", encoding="utf-8") as file:
        try:
            done = subprocess.run(
                [
                    str(python or sys.executable), "-m", "tagrt_bench.worker",
                    *words, "--spawned", repr(time.time()),
                ],
                env={**os.environ, **threads, **quiet, **path},
                stdout=file, stderr=subprocess.STDOUT, timeout=STAGE_LIMIT,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            return _note(result, f"{job.stage} took longer than {STAGE_LIMIT} s")
    if done.returncode:
        last = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()[-1:]
        return _note(result, f"{job.stage} failed: {last[0] if last else done.returncode} (see {log.name})")
    return _skipped(result)


def claim(work: Path, settings: dict[str, Any]) -> None:
    """Write the settings into a new work folder, or check those of an earlier call.

    Raises:
        UsageError: If they differ.
    """
    path = work / SETTINGS
    if not path.is_file():
        path.write_text(json.dumps(settings, indent=1) + "\n", encoding="utf-8")
        return
    kept = json.loads(path.read_text(encoding="utf-8"))
    other = [name for name, value in settings.items() if kept.get(name) != value]
    if other:
        raise UsageError(
            f"{work} holds figures made with another {', '.join(other)}: choose another --report folder, "
            "or delete this one"
        )


def settings_of(options: ReportOptions) -> dict[str, Any]:
    """Return what every figure depends on."""
    bundle = (options.model or shipped()).absolute()
    manifest = bundle / MANIFEST
    if not manifest.is_file():
        raise UsageError(f"{bundle}: no such bundle folder")
    return {
        "corpus": str(options.corpus.absolute()),
        "rows": options.rows,
        "encoder_rows": options.encoder_rows,
        "threads": options.threads,
        "seconds": options.seconds,
        "bundle": str(bundle),
        "bundle_sha256": hashlib.sha256(manifest.read_bytes()).hexdigest(),
        "student": str(options.student.absolute()) if options.student else "",
        "teacher": str(options.teacher.absolute()) if options.teacher else "",
    }


def seconds_spent(work: Path, more: float) -> float:
    """Add to the wall time of all calls on a work folder, and return the sum."""
    path = work / "seconds.json"
    before = json.loads(path.read_text()) if path.is_file() else 0.0
    path.write_text(json.dumps(before + more))
    return float(before + more)


def _note(result: Path, reason: str) -> str:
    """Keep why a stage failed beside the results, not as one: the next call tries again."""
    result.with_suffix(".failed").write_text(reason, encoding="utf-8")
    return reason


def _skipped(result: Path) -> str:
    """Return why a stage left its peer out; such a result is not kept, so that the next call asks again."""
    if not result.is_file():
        return ""
    reason = str(json.loads(result.read_text(encoding="utf-8")).get("skipped", ""))
    if reason:
        result.unlink()
        _note(result, reason)
    return reason
