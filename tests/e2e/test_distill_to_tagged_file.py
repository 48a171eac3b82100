"""Rows in, teacher, student, int8 bundle, tagged file out: the whole way on the smoke recipe."""

import csv
import json
import subprocess
import sys
from pathlib import Path

import onnx
import pytest
from onnx import TensorProto

from tagrt import Tagger
from tagrt.bundle import Bundle
from tagrt.errors import BundleError
from tagrt_distill.recipe import recipe_text
from tagrt_export.quantize import large_float_weights

TAGRT = [sys.executable, "-m", "tagrt"]


def copied(bundle: Path, target: Path) -> Path:
    target.mkdir()
    for file in bundle.iterdir():
        (target / file.name).write_bytes(file.read_bytes())
    return target


def test_the_student_learnt_its_rows(bundle: Path) -> None:
    manifest = Bundle.load(bundle).manifest
    assert manifest.metrics["test"]["hf1"] > 0.9
    assert manifest.quantization["fp32_max_logit_difference"] <= 1e-3
    assert abs(manifest.quantization["macro_hf1_lost"]) <= 0.02


def test_the_card_names_sources_and_figures(bundle: Path) -> None:
    card = (bundle / "MODEL_CARD.md").read_text(encoding="utf-8")
    assert "| smoke | 592 |" in card
    assert "| test |" in card


def test_every_large_weight_is_int8(bundle: Path) -> None:
    model = onnx.load(bundle / "model.onnx")
    assert large_float_weights(model) == []
    assert any(w.data_type == TensorProto.INT8 for w in model.graph.initializer)
    assert not any(w.external_data for w in model.graph.initializer)


def test_tag_many_keeps_order_across_buckets_and_duplicates(bundle: Path) -> None:
    tagger = Tagger.load(bundle, threads=2)
    titles = ["HDMI cable 2m", "", "酱油 500ml", "HDMI cable 2m", "Norvik green tea 250g " * 9, "猫砂"] * 400
    taggings = list(tagger.tag_many(iter(titles)))
    assert len(taggings) == len(titles)
    for i, tagging in enumerate(taggings):
        alone = tagger.tag(titles[i % 6])
        assert [t.id for t in tagging.guess] == [t.id for t in alone.guess]


def test_embeddings_are_normalised_and_similar_products_are_near(bundle: Path) -> None:
    cable, other, sauce = Tagger.load(bundle).embed(["HDMI cable 2m", "HDMI cable 3m", "酱油 500ml"])
    assert cable @ cable == pytest.approx(1.0, abs=1e-3)
    assert cable @ other > cable @ sauce


@pytest.mark.parametrize(
    "name", ["manifest.json", "model.onnx", "tokenizer.json", "taxonomy.tsv", "MODEL_CARD.md"]
)
def test_a_flipped_byte_in_any_file_is_refused(bundle: Path, tmp_path: Path, name: str) -> None:
    for place in (0.0, 0.31, 0.77, 0.999):
        damaged = copied(bundle, tmp_path / f"{place}")
        data = bytearray((damaged / name).read_bytes())
        data[int(place * (len(data) - 1))] ^= 1
        (damaged / name).write_bytes(data)
        with pytest.raises(BundleError, match=name):
            Bundle.load(damaged)


def test_a_missing_file_and_a_newer_schema_are_refused(bundle: Path, tmp_path: Path) -> None:
    damaged = copied(bundle, tmp_path / "missing")
    (damaged / "model.onnx").unlink()
    with pytest.raises(BundleError, match=r"model\.onnx"):
        Bundle.load(damaged)
    newer = copied(bundle, tmp_path / "newer")
    manifest = json.loads((newer / "manifest.json").read_text(encoding="utf-8"))
    (newer / "manifest.json").write_text(json.dumps({**manifest, "schema": 99}), encoding="utf-8")
    with pytest.raises(BundleError, match="upgrade tagrt"):
        Bundle.load(newer)


def test_run_writes_every_row_with_its_tag(bundle: Path, tmp_path: Path) -> None:
    source = tmp_path / "stock.csv"
    source.write_text("SKU,Title\n001,酱油 500ml\n002,\n003,HDMI cable 2m\n", encoding="utf-8")
    done = subprocess.run(
        [*TAGRT, "run", str(source), "--model", str(bundle)], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == ""
    with (tmp_path / "stock.tagged.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["SKU"] for row in rows] == ["001", "002", "003"]
    assert rows[0]["tag_path"] == "Food > Condiments > Soy Sauce"
    assert (rows[1]["decision"], rows[1]["reason"]) == ("review", "empty_title")
    assert rows[2]["best_id"] == "electronics/cables"


def test_a_damaged_bundle_exits_with_its_own_code(bundle: Path, tmp_path: Path) -> None:
    damaged = copied(bundle, tmp_path / "damaged")
    (damaged / "tokenizer.json").write_text("{}", encoding="utf-8")
    done = subprocess.run([*TAGRT, "tag", "x", "--model", str(damaged)], capture_output=True, text=True)
    assert done.returncode == 4
    assert done.stderr.startswith("error: ") and "tokenizer.json" in done.stderr


def test_a_bundle_is_trained_further(bundle: Path, tmp_path: Path) -> None:
    smoke, _, rest = recipe_text("smoke").partition("[teacher]\n")
    student = rest[rest.index("[student]\n") :].replace("epochs = 12", "epochs = 1")
    recipe = tmp_path / "further.toml"
    recipe.write_text(f"{smoke}\n[assistants.parent]\nweight = 1.0\n\n{student}", encoding="utf-8")
    run = [*TAGRT, "distill", "--recipe", str(recipe), "-o", str(tmp_path / "run"), "--report-to", "none"]

    alone = subprocess.run(run, capture_output=True, text=True)
    assert alone.returncode == 2 and "--from" in alone.stderr
    other = subprocess.run([*run, "--from", "base"], capture_output=True, text=True)
    assert other.returncode == 2 and "other tags" in other.stderr

    subprocess.run([*run, "--from", str(bundle)], check=True, capture_output=True)
    assert not (tmp_path / "run" / "teacher").exists()
    again = [*TAGRT, "export", str(tmp_path / "run"), "-o", str(tmp_path / "again"), "--name", "toy"]
    subprocess.run(again, check=True, capture_output=True)
    manifest = Bundle.load(tmp_path / "again").manifest
    assert manifest.metrics["test"]["hf1"] > 0.9  # one epoch from scratch gives 0.3
    assert (tmp_path / "again" / "tokenizer.json").read_bytes() == (bundle / "tokenizer.json").read_bytes()
    card = (tmp_path / "again" / "MODEL_CARD.md").read_text(encoding="utf-8")
    assert Bundle.load(bundle).manifest.files["model.onnx"] in card
