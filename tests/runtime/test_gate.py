"""Compare and promote: a worse model stays out, unless someone says why."""

import dataclasses
import gzip
import json
import shutil
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import numpy_helper

from tagrt import Tagger
from tagrt.bundle import Bundle
from tagrt.bundle.seal import seal
from tagrt.cli.main import main
from tagrt.compare import compare, read_golden
from tagrt.errors import ColumnError, InputFileError

PRESENT = f"{Bundle.load().manifest.name} {Bundle.load().manifest.version}"
ROWS = [
    ("Twinings green tea 100 bags", "food/drinks/tea"),
    ("Nescafe instant coffee 100g", "food/drinks/coffee"),
    ("HDMI cable 2m", "electronics"),
    ("running shoes", "apparel/shoes/athletic-shoes"),
    ("chocolate chip cookies 200g", "food/bakery/cookies"),
    ("cotton socks 3 pairs", "apparel/clothing/socks"),
    ("blue jeans", "apparel/clothing/pants/jeans"),
] * 6


@pytest.fixture(scope="module")
def golden(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("golden") / "rows.jsonl.gz"
    with gzip.open(path, "wt", encoding="utf-8") as file:
        file.writelines(json.dumps({"text": text, "tag": tag}) + "\n" for text, tag in ROWS)
    return path


@pytest.fixture(scope="module")
def spoilt(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped model with the biases of its head turned round."""
    folder = tmp_path_factory.mktemp("spoilt") / "bundle"
    shutil.copytree(Bundle.load().path, folder)
    model = onnx.load(folder / "model.onnx")
    (bias,) = [weight for weight in model.graph.initializer if weight.name == "head_bias"]
    values = numpy_helper.to_array(bias) + np.linspace(30, -30, bias.dims[-1], dtype=np.float32)
    bias.CopyFrom(numpy_helper.from_array(values.astype(np.float32), bias.name))
    onnx.save(model, folder / "model.onnx")
    seal(folder, dataclasses.replace(Bundle.load().manifest, version="spoilt"))
    return folder


def test_a_model_is_no_better_and_no_worse_than_itself(golden: Path) -> None:
    found = compare(Tagger.load(threads=1), Tagger.load(threads=1), read_golden(golden), timed=False)
    assert found.worse == [] and found.moved == () and found.rows == len(ROWS)
    assert all((d.old, d.low, d.high) == (d.new, 0.0, 0.0) for d in found.overall)
    assert found.overall[0].new > 0.8


def test_a_worse_model_is_told_with_tags_and_moves(
    golden: Path, spoilt: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["compare", "base", str(spoilt), "--on", str(golden)]) == 0
    out = capsys.readouterr().out
    line = next(line for line in out.splitlines() if line.startswith("hF1"))
    assert line.endswith("worse") and "rows/s on one thread" in out
    assert "food/drinks/tea\t6\t" in out and "\nold guess\tnew guess\trows\n" in out


def test_promote_refuses_what_is_worse_until_told_why(golden: Path, spoilt: Path, tmp_path: Path) -> None:
    target = tmp_path / "models" / "shop"
    target.parent.mkdir()
    command = ["promote", str(spoilt), "--to", str(target), "--on", str(golden)]
    assert main(command) == 5 and not target.exists()
    assert main([*command, "--force"]) == 2
    shipped = str(Bundle.load().path)
    assert main(["promote", shipped, *command[2:], "--who", "mei"]) == 0
    assert main(command) == 5
    assert "overridden" not in Bundle.load(target).manifest.promotion
    assert Bundle.load(target).manifest.promotion["who"] == "mei"
    assert main([*command, "--force", "--reason", "a test"]) == 0
    promotion = Bundle.load(target).manifest.promotion
    assert promotion["overridden"] == "a test" and promotion["over"] == PRESENT
    assert promotion["figures"]["hf1"]["high"] < 0 and promotion["rows"] == len(ROWS)
    assert Bundle.load(target.with_name("shop.previous")).manifest.version == Bundle.load().manifest.version
    assert sorted(path.name for path in target.parent.iterdir()) == ["shop", "shop.previous"]
    assert Tagger.load(target).tag("HDMI cable 2m").guess


def test_a_promotion_that_was_cut_is_compared_with_what_was_in_use(golden: Path, tmp_path: Path) -> None:
    shutil.copytree(Bundle.load().path, tmp_path / "shop.previous")
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "x").write_text("mine")
    command = ["promote", str(Bundle.load().path), "--on", str(golden), "--to"]
    assert main([*command, str(tmp_path / "shop")]) == 0
    assert Bundle.load(tmp_path / "shop").manifest.promotion["over"] == PRESENT
    assert main([*command, str(tmp_path / "notes")]) == 4
    assert (tmp_path / "notes" / "x").read_text() == "mine"


def test_golden_rows_that_judge_nothing_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text('{"text": "tea", "tag": ""}\n')
    with pytest.raises(InputFileError, match="line 1: a golden row needs a title and a tag"):
        read_golden(path)
    path.write_text('{"text": "tea"}\n')
    with pytest.raises(ColumnError, match="no column of tags"):
        read_golden(path)
    path.write_text('{"text": "tea", "tag": "x/y", "also_ok": ["food", "arts"]}\n')
    (row,) = read_golden(path)
    assert row.tags == ("x/y", "food", "arts")
    with pytest.raises(InputFileError, match="none of the 1 golden rows"):
        compare(Tagger.load(), Tagger.load(), [row])
