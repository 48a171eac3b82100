"""One stage of one peer in a process of its own: fit, accuracy, speed or threads.

The driver starts it as  python -m tagrt_bench.worker ; it imports nothing heavy that its peer does not need,
since the time to the first tag is measured from its start.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from pathlib import Path
from typing import Any

from tagrt.taxonomy import Taxonomy
from tagrt_bench.peers import Peer, Setting, Unavailable, peer_class

SETTINGS = "settings.json"


def main() -> None:
    """Run a stage and write what it found, whole or not at all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("stage", choices=tuple(STAGES))
    parser.add_argument("peer")
    parser.add_argument("work", type=Path)
    parser.add_argument("result", type=Path)
    parser.add_argument("--threads", type=int, required=True)
    parser.add_argument("--turn", type=int, default=0)
    parser.add_argument("--spawned", type=float, required=True, help="time.time() of the start")
    options = parser.parse_args()
    settings = json.loads((options.work / SETTINGS).read_text(encoding="utf-8"))
    try:
        peer = make_peer(options, settings)
        found = STAGES[options.stage](peer, options, settings)
    except Unavailable as error:
        found = {"skipped": str(error)}
    part = options.result.with_suffix(".part")
    part.write_text(json.dumps(found), encoding="utf-8")
    os.replace(part, options.result)


def make_peer(options: argparse.Namespace, settings: dict[str, Any]) -> Peer:
    """Return the peer with its setting."""
    bundle = Path(settings["bundle"])
    folder = options.work / options.peer / "model"
    folder.mkdir(parents=True, exist_ok=True)
    student, teacher = (Path(settings[name]) if settings[name] else None for name in ("student", "teacher"))
    taxonomy = Taxonomy.load(bundle / "taxonomy.tsv")
    return peer_class(options.peer)(
        Setting(taxonomy, options.threads, folder, bundle, student, teacher, settings["encoder_rows"])
    )


def fit(peer: Peer, options: argparse.Namespace, settings: dict[str, Any]) -> dict[str, Any]:
    """Train, and tell what it took and what it left."""
    from tagrt.bench.machine import versions
    from tagrt_bench.install import install_bytes
    from tagrt_bench.rows import read_training

    rows = read_training(options.work)
    started, cpu = time.perf_counter(), time.process_time()
    used = peer.fit(rows)
    figures = {"fit.seconds": time.perf_counter() - started, "fit.cpu.seconds": time.process_time() - cpu}
    peer.load()
    sizes = {"model.bytes": float(peer.size()), "install.bytes": float(install_bytes(peer.needs))}
    return {
        "title": peer.title,
        "licence": peer.licence,
        "note": peer.note,
        "speed_only": peer.speed_only,
        "versions": versions(peer.needs),
        "training_rows": used,
        "figures": {**(figures if used else {}), **sizes},
    }


def accuracy(peer: Peer, options: argparse.Namespace, settings: dict[str, Any]) -> dict[str, Any]:
    """Judge on the dev sets."""
    from tagrt_bench import judging
    from tagrt_bench.rows import read_dev

    if peer.speed_only:
        return {"measures": [], "reliability": []}
    peer.load()
    return judging.accuracy(
        peer, read_dev(options.work), Taxonomy.load(Path(settings["bundle"]) / "taxonomy.tsv")
    )


def speed(peer: Peer, options: argparse.Namespace, settings: dict[str, Any]) -> dict[str, Any]:
    """Measure the time to the first tag, then everything else."""
    peer.load()
    peer.predict(["usb-c charger 65w"])
    cold = time.time() - options.spawned
    from tagrt_bench.rows import read_timed
    from tagrt_bench.timing import speed as measure

    figures, single = measure(peer, read_timed(options.work), settings["seconds"], options.turn)
    return {"figures": {"cold_start.seconds": cold, **figures}, "latency_ms": single}


def threads(peer: Peer, options: argparse.Namespace, settings: dict[str, Any]) -> dict[str, Any]:
    """Measure large batches."""
    from tagrt_bench.rows import read_timed
    from tagrt_bench.timing import threaded

    peer.load()
    return {"figures": threaded(peer, read_timed(options.work), settings["seconds"], options.threads)}


STAGES = {"fit": fit, "accuracy": accuracy, "speed": speed, "threads": threads}

if __name__ == "__main__":
    main()
