"""The full report: real peers on a small corpus, from rows to a page; interruptions; pages in a browser."""

from __future__ import annotations

import dataclasses
import gzip
import json
import re
import shutil
import subprocess
import xml.etree.ElementTree as ElementTree
from collections.abc import Sequence
from html.parser import HTMLParser
from importlib.metadata import distribution
from pathlib import Path
from typing import Any, ClassVar

import jsonschema
import pytest

from tagrt.bench.options import ReportOptions
from tagrt.bench.report import json_schema, read_report
from tagrt.bundle.bundle import TAXONOMY, shipped
from tagrt.errors import UsageError
from tagrt.taxonomy import Taxonomy
from tagrt_bench import driver
from tagrt_bench.findings import beaten, findings
from tagrt_bench.install import own_bytes
from tagrt_bench.pages.plots import pareto, plots
from tagrt_bench.peers import PEERS, Unavailable, peer_class
from tagrt_bench.peers.classes import ClassTree
from tagrt_bench.peers.protocol import Base, Setting
from tagrt_bench.report import held, make_report, write
from tagrt_bench.timing import fed

CHROMIUM = shutil.which("chromium")
CHOSEN = ("tagrt-int8", "tfidf-linear", "tagrt-ipex-fp32")


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Names of the taxonomy's own leaves, as titles of two shops."""
    folder = tmp_path_factory.mktemp("corpus")
    taxonomy = Taxonomy.load(shipped() / TAXONOMY)
    for part, name, start in (("train", "shop", 0), ("dev", "other", 1)):
        (folder / part).mkdir()
        with gzip.open(folder / part / f"{name}.jsonl.gz", "wt", encoding="utf-8") as file:
            for leaf in taxonomy.leaves[start : 400 if part == "train" else 90 : start + 1]:
                title = f"{taxonomy.en[leaf]} {part} {leaf} pcs"
                file.write(json.dumps({"text": title, "lang": "en", "tag": taxonomy.ids[leaf]}) + "\n")
    return folder


@pytest.fixture(scope="module")
def made(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[ReportOptions, dict[str, Any]]:
    options = ReportOptions(
        tmp_path_factory.mktemp("out"), corpus, CHOSEN, rows=300, rounds=1, seconds=0.02, threads=1
    )
    return options, make_report(options, lambda line: None, "a test")


def peer(report: dict[str, Any], name: str) -> dict[str, Any]:
    return next(found for found in report["peers"] if found["name"] == name)


def test_a_report_fits_the_schema_and_is_read_back(made: tuple[ReportOptions, dict[str, Any]]) -> None:
    options, _ = made
    jsonschema.validate(json.loads((options.folder / "report.json").read_text("utf-8")), json_schema())
    read = read_report(options.folder / "report.json")
    assert {"hf1.other", "hf1.macro", "ece.macro", "consistency.all", "model.bytes"} <= set(
        read.measures["tfidf-linear"]
    )
    assert read.measures["tagrt-int8"]["hf1.macro"].median > 0.5
    assert read.measures["tfidf-linear"]["fit.seconds"].median > 0


def test_what_cannot_be_measured_is_told_with_its_reason(made: tuple[ReportOptions, dict[str, Any]]) -> None:
    options, report = made
    left_out = peer(report, "tagrt-ipex-fp32")
    assert left_out["measures"] == []
    assert (
        "intel_extension_for_pytorch is not installed" in left_out["skipped"] or "2.8" in left_out["skipped"]
    )
    assert "not measured" in (options.folder / "report.md").read_text("utf-8")


def test_what_is_measured_is_not_measured_again(
    made: tuple[ReportOptions, dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    options, _ = made
    ran: list[tuple[str, str]] = []
    monkeypatch.setattr(driver, "run", lambda job, work, _: ran.append((job.peer, job.stage)) or "")
    (options.folder / "work" / "tfidf-linear" / "speed-0.json").unlink()
    driver.measure_all(options, lambda line: None)
    assert ("tfidf-linear", "speed") in ran
    assert ("tfidf-linear", "fit") not in ran
    assert not any(name == "tagrt-int8" for name, _ in ran)


@pytest.mark.parametrize("name", PEERS)
def test_peers_with_an_environment_of_their_own_run_there(
    name: str, made: tuple[ReportOptions, dict[str, Any]], tmp_path: Path
) -> None:
    other = tmp_path / "python"
    other.write_text("#!/bin/sh\necho path is $PYTHONPATH\nexit 3\n")
    other.chmod(0o755)
    options = dataclasses.replace(made[0], ipex_python=other)
    (tmp_path / name).mkdir()
    python = driver.python_of(name, options)
    if "ipex" not in name:
        assert python is None
        return
    assert "fit failed: path is (see" in driver.run(driver.Job(name, "fit", 1), tmp_path, python)


def test_an_install_editable_or_not_counts_the_model() -> None:
    assert own_bytes(distribution("tagrt")) > (shipped() / "model.onnx").stat().st_size


def test_a_folder_of_other_settings_is_refused(
    made: tuple[ReportOptions, dict[str, Any]], corpus: Path
) -> None:
    options, _ = made
    other = ReportOptions(options.folder, corpus, CHOSEN, rows=200, rounds=1, seconds=0.02, threads=1)
    with pytest.raises(UsageError, match="another rows"):
        driver.measure_all(other, lambda line: None)


def test_two_reports_in_one_folder_are_refused(made: tuple[ReportOptions, dict[str, Any]]) -> None:
    options, _ = made
    with held(options.folder), pytest.raises(UsageError, match="another report is being made"):
        make_report(options, lambda line: None, "a test")


def test_an_unknown_peer_is_named(corpus: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no peer 'word2vec'"):
        driver.measure_all(ReportOptions(tmp_path, corpus, ("word2vec",)), lambda line: None)


class Page(HTMLParser):
    """Everything that a page would fetch or run."""

    def __init__(self) -> None:
        super().__init__()
        self.outside: list[str] = []
        self.drawings = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.drawings += tag == "svg"
        for name, value in attrs:
            if name in ("src", "href", "xlink:href") and not (value or "").startswith(("#", "data:")):
                self.outside.append(f"{tag} {name}={value}")
        if tag == "script":
            self.outside.append(tag)


def test_the_page_needs_nothing_beside_itself(made: tuple[ReportOptions, dict[str, Any]]) -> None:
    options, _ = made
    text = (options.folder / "report.html").read_text("utf-8")
    page = Page()
    page.feed(text)
    assert page.outside == []
    assert page.drawings >= 5
    assert "@import" not in text
    assert "prefers-color-scheme:dark" in text
    ids = re.findall(r'\bid="([^"]+)"', text)
    assert len(ids) == len(set(ids))


def test_plots_are_xml_in_theme_colours_alone(made: tuple[ReportOptions, dict[str, Any]]) -> None:
    drawn = list(plots(made[1]))
    assert {"front", "rates", "latency", "calibration"} <= {plot.name for plot in drawn}
    for plot in drawn:
        ElementTree.fromstring(plot.svg)
        assert not re.findall(r"#0\d0\d0\d|#0[a-f]0[a-f]0[a-f]", plot.svg), plot.name


@pytest.mark.skipif(CHROMIUM is None, reason="needs Debian's chromium")
def test_a_browser_shows_the_page_without_complaints(
    made: tuple[ReportOptions, dict[str, Any]], tmp_path: Path
) -> None:
    page, picture = made[0].folder / "report.html", tmp_path / "page.png"
    done = subprocess.run(
        [
            str(CHROMIUM), "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--disable-sync",
            f"--user-data-dir={tmp_path / 'profile'}", "--enable-logging=stderr", "--window-size=390,3000",
            f"--screenshot={picture}", page.as_uri(),
        ],
        capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0
    assert "CONSOLE" not in done.stderr
    assert picture.stat().st_size > 20_000


def small_report(ours: float, theirs: float) -> dict[str, Any]:
    def record(name: str, value: float) -> dict[str, Any]:
        measure = {"name": "hf1.macro", "unit": "share", "better": "higher", "median": value}
        measures = [{**measure, "low": value - 0.01, "high": value + 0.01, "values": [value]}]
        return {"name": name, "title": name, "measures": measures}

    return {"peers": [record("tagrt-int8", ours), record("fasttext", theirs)], "settings": {"threads": 1}}


@pytest.mark.parametrize(("together", "most"), [(0, 64), (1, 1), (8, 8)])
def test_a_peer_is_given_no_more_texts_than_it_reads_at_once(together: int, most: int) -> None:
    class Counting(Base):
        sizes: ClassVar[list[int]] = []

        def predict(self, texts: Sequence[str]) -> list[str]:
            self.sizes.append(len(texts))
            return list(texts)

    Counting.together = together
    peer: Any = Counting(Setting(Taxonomy((), (), (), ()), 1, Path(), Path()))
    fed(peer, ["a", "b", "c"], 64, 0.0, 0)
    assert peer.sizes == [most]


def test_a_peer_that_is_ahead_is_told_so() -> None:
    assert [one.peer["name"] for one in beaten(small_report(0.80, 0.90))] == ["fasttext"]
    assert "hF1 on unseen shops (fasttext)" in findings(small_report(0.80, 0.90))[-1]


def test_without_ours_what_was_measured_is_told() -> None:
    report = small_report(0.80, 0.90)
    report["peers"] = report["peers"][1:]
    assert findings(report) == ["Without tagrt as shipped: fasttext was measured."]
    assert "nothing was measured" in findings({"peers": []})[0]


def test_what_would_close_a_gap_to_the_same_student_is_quantization() -> None:
    report = small_report(0.80, 0.90)
    assert ["quantization" in one.closing for one in beaten(report)] == [False]
    report["peers"][1]["name"] = "tagrt-fp32"
    assert ["quantization" in one.closing for one in beaten(report)] == [True]


def test_a_peer_within_the_noise_is_not_ahead() -> None:
    assert not list(beaten(small_report(0.80, 0.81)))
    assert not list(beaten(small_report(0.90, 0.80)))


def test_the_front_holds_what_no_other_beats_both_ways() -> None:
    points = [(1.0, 0.9, 1), (2.0, 0.8, 2), (1.5, 0.7, 3), (3.0, 0.5, 4)]
    assert [number for _, _, number in pareto(points)] == [1, 2, 4]


def test_an_inner_class_counts_for_its_ancestors_and_evenly_for_its_leaves() -> None:
    taxonomy = Taxonomy(("a", "a/b", "a/b/x", "a/b/y", "c"), ("", "a", "a/b", "a/b", ""), "12345", "12345")
    import numpy as np

    masses = ClassTree(taxonomy, ["a/b", "c"]).masses(np.array([[0.6, 0.2]]))[0]
    assert masses.tolist() == pytest.approx([0.75, 0.75, 0.375, 0.375, 0.25])


@pytest.mark.parametrize("name", PEERS)
def test_every_peer_says_what_it_is_or_what_it_lacks(name: str) -> None:
    try:
        kind = peer_class(name)
    except Unavailable as error:
        assert "is not installed" in str(error)
        return
    assert kind.title
    assert kind.licence
    assert kind.needs


def test_pages_of_a_report_without_figures_are_written(tmp_path: Path) -> None:
    report = {
        "machine": {"processor": "p", "cpus": 1, "memory_bytes": None, "system": "s", "instructions": []},
        "settings": {"threads": 1}, "versions": {}, "commit": "", "created": "", "command": "c",
        "wall_seconds": 1.0, "data": {"train": 0, "dev": {}}, "verdict": "Nothing was measured.",
        "peers": [{"name": "teacher", "title": "t", "version": "", "licence": "", "measures": []}],
    }  # fmt: skip
    write(report, tmp_path)
    assert "Nothing was measured." in (tmp_path / "report.html").read_text("utf-8")
