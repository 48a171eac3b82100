"""`tagrt bench` with the base install: quick reports, their schema, and two of them compared."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tagrt.bench.loops import rate
from tagrt.bench.quick import quick_report
from tagrt.bench.report import frame, json_schema
from tagrt.bench.titles import made_titles
from tagrt.bench.verdict import duration, verdict
from tagrt.bundle.bundle import TAXONOMY, shipped
from tagrt.cli.main import main
from tagrt.taxonomy import Taxonomy
from tagrt.types import ExitCode


@pytest.fixture(scope="module")
def report() -> dict[str, Any]:
    return quick_report(None, 2, lambda line: None, rounds=2, seconds=0.02, rows=600)


def figures(report: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {measure["name"]: measure for measure in report["peers"][0]["measures"]}


def saved(report: dict[str, Any], path: Path) -> str:
    path.write_text(json.dumps(report), encoding="utf-8")
    return str(path)


def changed(report: dict[str, Any], name: str, factor: float) -> dict[str, Any]:
    """The same report with one figure of every repetition multiplied."""
    other = copy.deepcopy(report)
    measure = figures(other)[name]
    for key in ("median", "low", "high"):
        measure[key] *= factor
    measure["values"] = [value * factor for value in measure["values"]]
    return other


def test_a_quick_report_fits_its_schema_and_measures_what_it_says(report: dict[str, Any]) -> None:
    jsonschema.Draft202012Validator.check_schema(json_schema())
    jsonschema.validate(report, json_schema())
    found = figures(report)
    assert {"batch_1", "batch_16", "batch_64", "batch_256", "threads_1", "threads_2"} <= {
        name.removesuffix(".products_per_second") for name in found
    }
    assert all(len(measure["values"]) == 2 for name, measure in found.items() if name != "model.bytes")
    assert all(m["low"] <= m["median"] <= m["high"] and m["low"] > 0 for m in found.values())
    assert found["one_title.p50_ms"]["median"] <= found["one_title.p99_ms"]["median"]
    size = sum(file.stat().st_size for file in shipped().iterdir())
    assert found["model.bytes"]["median"] == pytest.approx(size, rel=1e-5)


def test_the_schema_refuses_a_measure_without_values(report: dict[str, Any]) -> None:
    other = copy.deepcopy(report)
    other["peers"][0]["measures"][0]["values"] = []
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(other, json_schema())


def test_the_verdict_is_made_of_the_run(report: dict[str, Any]) -> None:
    assert "products a minute; a catalogue of 100,000 takes" in report["verdict"]
    assert verdict(2000, 0.6, 187e6) == (
        "This machine tags about 120,000 products a minute; a catalogue of 100,000 takes 50 seconds. "
        "One title takes 0.6 ms: as one types or scans, tags are there at once. "
        "A run takes up to 187 MB of memory."
    )


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.2, "less than a second"),
        (1, "1 second"),
        (89, "89 seconds"),
        (100, "2 minutes"),
        (9000, "2.5 hours"),
    ],
)
def test_times_are_told_as_people_tell_them(seconds: float, words: str) -> None:
    assert duration(seconds) == words


def test_made_titles_are_thousands_distinct_and_always_the_same_in_both_languages() -> None:
    taxonomy = Taxonomy.load(shipped() / TAXONOMY)
    titles = made_titles(taxonomy, 5000)
    assert len(set(titles)) == 5000
    assert titles == made_titles(taxonomy, 5000)
    chinese = sum(any("\u4e00" <= c <= "\u9fff" for c in title) for title in titles)
    assert 2000 < chinese < 3000


def test_a_loop_counts_whole_batches_and_goes_round_its_texts() -> None:
    seen: list[list[str]] = []
    measure = rate(lambda texts: seen.append(list(texts)), ["a", "b", "c"], 2, 10.0, most=3)
    assert seen == [["a", "b"], ["c", "a"], ["b", "c"]]
    assert len(measure.milliseconds) == 3


def test_equal_reports_compare_as_nothing_worse(
    report: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = saved(report, tmp_path / "a.json")
    assert main(["bench", "compare", path, path]) == ExitCode.OK
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.endswith("0 worse, 0 better\n")


def test_a_slower_report_is_worse_and_its_reverse_is_better(
    report: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old = saved(report, tmp_path / "old.json")
    new = saved(changed(report, "batch_256.products_per_second", 0.01), tmp_path / "new.json")
    assert main(["bench", "compare", old, new]) == ExitCode.WORSE
    shown = capsys.readouterr().out
    assert "-99.0 %" in shown
    assert shown.endswith("worse\n")
    assert main(["bench", "compare", new, old]) == ExitCode.OK
    assert "better" in capsys.readouterr().out


def test_where_less_is_better_more_is_worse(
    report: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old = saved(report, tmp_path / "old.json")
    new = saved(changed(report, "model.bytes", 1.5), tmp_path / "new.json")
    assert main(["bench", "compare", old, new]) == ExitCode.WORSE
    assert "model.bytes" in capsys.readouterr().out


def test_a_change_within_the_noise_band_is_none(
    report: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    noisy = copy.deepcopy(report)
    measure = figures(noisy)["one_title.p50_ms"]
    measure.update(median=1.0, low=0.5, high=2.0, values=[0.5, 1.0, 2.0])
    slower = copy.deepcopy(noisy)
    figures(slower)["one_title.p50_ms"].update(median=1.4, low=1.3, high=1.5, values=[1.3, 1.4, 1.5])
    files = saved(noisy, tmp_path / "old.json"), saved(slower, tmp_path / "new.json")
    assert main(["bench", "compare", *files]) == ExitCode.OK
    assert main(["bench", "compare", *files, "--all"]) == ExitCode.OK
    assert "+40.0 %" in capsys.readouterr().out


def test_figures_of_another_machine_are_told_apart(
    report: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = {**report, "machine": {**report["machine"], "processor": "another"}}
    files = saved(report, tmp_path / "old.json"), saved(other, tmp_path / "new.json")
    assert main(["bench", "compare", *files]) == ExitCode.OK
    assert "different machines" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (None, "cannot read this report"),
        ("no json", "is no JSON"),
        ("[]", "is no report"),
        ('{"schema": 99}', "upgrade tagrt"),
        (
            '{"schema": 1, "kind": "quick", "machine": {}, "peers": [{"name": "a", "measures": [{}]}]}',
            "damaged",
        ),
    ],
)
def test_a_file_that_is_no_report_is_told_in_one_line(
    content: str | None, told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "report.json"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    assert main(["bench", "compare", str(path), str(path)]) == ExitCode.BAD_INPUT
    shown = capsys.readouterr()
    assert told in shown.err
    assert len(shown.err.splitlines()) == 1


def test_a_full_report_without_rows_is_wrong_usage(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["bench", "--report", str(tmp_path)]) == ExitCode.USAGE
    assert "--corpus" in capsys.readouterr().err


def test_every_report_starts_with_machine_and_versions() -> None:
    found = frame("quick", "tagrt bench", {"python": "3"})
    assert found["machine"]["cpus"] >= 1
    assert found["schema"] == 1
