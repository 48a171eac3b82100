"""Speed and memory of a bundle on this machine: batches, one title, cold start, whole files.

Run it with  python benchmarks/speed.py --corpus path/to/corpus
Titles are those of the corpus' labelled rows; nothing of them is written but a temporary file.
"""

from __future__ import annotations

import argparse
import csv
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tagrt import Product, Tagger
from tagrt.inference.encode import batches
from tagrt.inference.stages import Stages
from tagrt.text import product_text
from tagrt_distill.corpus.row import read_rows

COLD = "import tagrt, sys; t = tagrt.Tagger.load(sys.argv[1] or None); print(t.tag('电脑').guess[0].id)"

RUN = """
import re, sys
from pathlib import Path
from tagrt.cli.main import main
code = main(sys.argv[1:])
print(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1])  # in KB; Linux
sys.exit(code)
"""
"""A run that tells its own peak: `ru_maxrss` would count what this process had when it started it."""


def main() -> None:
    """Measure and print one line per figure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, required=True, help="folder with train/")
    parser.add_argument("--model", default="", help="bundle folder; the shipped one by default")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--titles", type=int, default=40_000)
    parser.add_argument(
        "--rows", type=int, nargs="*", default=[1_000_000], help="rows of the files for `tagrt run`"
    )
    options = parser.parse_args()
    titles = corpus_titles(options.corpus)
    random.Random(1).shuffle(titles)
    tagger = Tagger.load(options.model or None, threads=options.threads)
    batch_throughput(tagger, titles[: options.titles])
    graph_alone(tagger, titles[: options.titles])
    one_title(tagger, titles[:3000])
    processes(options.model)
    idle(tagger)
    for rows in options.rows:
        whole_file(titles, rows, options.model, options.threads)


def corpus_titles(corpus: Path) -> list[str]:
    """Return the distinct titles of the labelled training files, less translated category names."""
    files = sorted((corpus / "train").glob("*.jsonl.gz"))
    rows = (row for f in files if "names-xx" not in f.name for row in read_rows(f) if row.tags)
    return list(dict.fromkeys(row.product.title for row in rows))


def batch_throughput(tagger: Tagger, titles: list[str]) -> None:
    """Print products per second through `Tagger.tag_many`, median of five passes."""
    list(tagger.tag_many(titles[:2000]))
    rates = []
    for _ in range(5):
        started = time.perf_counter()
        count = sum(1 for _ in tagger.tag_many(titles))
        rates.append(count / (time.perf_counter() - started))
    print(
        f"tag_many, {tagger.threads} threads, {len(titles)} titles: {statistics.median(rates):,.0f} "
        f"products/s ({min(rates):,.0f} to {max(rates):,.0f} in five passes)"
    )


def one_title(tagger: Tagger, titles: list[str]) -> None:
    """Print the latency of single calls."""
    times = []
    for title in titles:
        started = time.perf_counter()
        tagger.tag(title)
        times.append((time.perf_counter() - started) * 1000)
    cuts = statistics.quantiles(times, n=100)
    print(f"one title: p50 {cuts[49]:.2f} ms, p95 {cuts[94]:.2f} ms, p99 {cuts[98]:.2f} ms")


def graph_alone(tagger: Tagger, titles: list[str]) -> None:
    """Print what the session takes within `tag_many`, and what the bare graph takes on the same batches."""
    ids = tagger._encoder.ids([product_text(Product(title)) for title in titles])
    ready = list(batches(ids))
    graph = tagger._session._session
    took = []
    for _ in range(3):
        started = time.thread_time()
        for batch in ready:
            graph.run(["logits"], {"input_ids": batch.input_ids, "lengths": batch.lengths})
        took.append((time.thread_time() - started) / len(titles) * 1e6)
        stages = Stages()
        chunks = [titles[at : at + 1024] for at in range(0, len(titles), 1024)]
        for _ in tagger.tag_chunks(chunks, stages):
            pass
    within = stages.seconds["session"] / len(titles) * 1e6
    bare = min(took)
    total = sum(stages.seconds.values()) / len(titles) * 1e6
    print(
        f"CPU time a title: graph alone on ready batches {bare:.0f} µs, session within tag_many "
        f"{within:.0f} µs ({within / bare:.2f} times), all stages {total:.0f} µs"
    )


def processes(model: str) -> None:
    """Print wall times of new processes, medians of seven taken in turn."""
    commands = {
        "bare Python": ["-c", "pass"],
        "import tagrt": ["-c", "import tagrt"],
        "import, load and first tag": ["-c", COLD, model],
        "tagrt tag": ["-m", "tagrt", "tag", "电脑", *(["--model", model] if model else [])],
    }
    times: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(7):
        for name, command in commands.items():
            started = time.perf_counter()
            subprocess.run([sys.executable, *command], check=True, capture_output=True)
            times[name].append((time.perf_counter() - started) * 1000)
    print("new processes: " + ", ".join(f"{name} {statistics.median(t):.0f} ms" for name, t in times.items()))


def idle(tagger: Tagger) -> None:
    """Print the CPU time that a loaded tagger takes while nothing is asked of it."""
    started = time.process_time()
    time.sleep(5)
    print(f"idle for 5 s: {(time.process_time() - started) * 1000:.1f} ms of CPU time")


def whole_file(titles: list[str], rows: int, model: str, threads: int) -> None:
    """Print wall time, CPU time and peak memory of `tagrt run` on a CSV of distinct titles."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "stock.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["SKU", "Title"])
            for i in range(rows):
                title, turn = titles[i % len(titles)], i // len(titles)
                writer.writerow([i, f"{title} {turn}" if turn else title])
        arguments = [
            "run",
            str(path),
            "--threads",
            str(threads),
            "--quiet",
            *(["--model", model] if model else []),
        ]
        started = time.perf_counter()
        process = subprocess.Popen([sys.executable, "-c", RUN, *arguments], stdout=subprocess.PIPE, text=True)
        said = process.stdout.read() if process.stdout else ""
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - started
    print(
        f"tagrt run, {rows:,} rows: {seconds:.1f} s, {rows / seconds:,.0f} rows/s, "
        f"CPU {usage.ru_utime + usage.ru_stime:.1f} s, peak memory {int(said) >> 10} MB, "
        f"exit code {os.waitstatus_to_exitcode(status)}"
    )


if __name__ == "__main__":
    main()
