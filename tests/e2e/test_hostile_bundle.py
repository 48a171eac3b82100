"""A bundle whose hashes fit, but which was made to do harm, is refused with one clear error."""

import dataclasses
import hashlib
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from tagrt import Tagger
from tagrt.bundle import Bundle, bundle, manifest
from tagrt.errors import BundleError
from tagrt.taxonomy import Taxonomy

Harm = Callable[[Path], dict[str, object] | None]


def edited(folder: Path, edit: Callable[[onnx.ModelProto], object]) -> None:
    model = onnx.load(folder / "model.onnx")
    edit(model)
    (folder / "model.onnx").write_bytes(model.SerializeToString())


def names_a_file_outside(folder: Path) -> dict[str, object]:
    (folder.parent / "evil.txt").write_text("x")
    return {"files": {**Bundle.load().manifest.files, "../evil.txt": hashlib.sha256(b"x").hexdigest()}}


def names_an_absolute_path(folder: Path) -> dict[str, object]:
    return {"files": {**Bundle.load().manifest.files, os.devnull: hashlib.sha256(b"").hexdigest()}}


def links_to_a_device(folder: Path) -> None:
    (folder / "MODEL_CARD.md").unlink()
    (folder / "MODEL_CARD.md").symlink_to("/dev/zero")


def holds_a_huge_file(folder: Path) -> None:
    os.truncate(folder / "MODEL_CARD.md", 100 << 30)  # takes no room on disk


def has_no_tokenizer(folder: Path) -> None:
    (folder / "tokenizer.json").write_text("{}")


def has_a_tokenizer_beyond_the_table(folder: Path) -> None:
    record = json.loads((folder / "tokenizer.json").read_text())
    vocabulary = record["model"]["vocab"]
    vocabulary.update({f"zzz{n}": len(vocabulary) for n in range(9)})
    (folder / "tokenizer.json").write_text(json.dumps(record))


def lacks_a_label(folder: Path) -> dict[str, object]:
    return {"labels": Bundle.load().manifest.labels[:-1]}


def has_fewer_labels_than_logits(folder: Path) -> dict[str, object]:
    lines = (folder / "taxonomy.tsv").read_text().splitlines(keepends=True)
    (folder / "taxonomy.tsv").write_text("".join(lines[:500]))
    tree = Taxonomy.load(folder / "taxonomy.tsv")
    return {"labels": tree.ids, "taxonomy_hash": tree.hash}


def has_a_taxonomy_that_is_no_text(folder: Path) -> None:
    (folder / "taxonomy.tsv").write_bytes(b"\xff\xfe")


def reads_without_end(folder: Path) -> dict[str, object]:
    return {"max_tokens": 10**9}


def reads_beyond_its_positions(folder: Path) -> dict[str, object]:
    return {"max_tokens": 4096}


def has_no_temperature(folder: Path) -> dict[str, object]:
    return {"temperature": float("nan")}


def takes_weights_from_another_file(folder: Path) -> None:
    def external(model: onnx.ModelProto) -> None:
        weight = max(model.graph.initializer, key=lambda w: len(w.raw_data))
        weight.ClearField("raw_data")
        weight.data_location = TensorProto.EXTERNAL
        weight.external_data.add(key="location", value="/etc/passwd")

    edited(folder, external)


def asks_for_all_memory(folder: Path) -> None:
    def greedy(model: onnx.ModelProto) -> None:
        last = next(node for node in model.graph.node if "logits" in node.output)
        last.output[list(last.output).index("logits")] = "own_logits"
        shape = np.array([1 << 18, 1 << 18])
        model.graph.initializer.append(numpy_helper.from_array(shape, "shape"))
        model.graph.node.extend(
            [
                helper.make_node("ConstantOfShape", ["shape"], ["huge"]),
                helper.make_node("ReduceMax", ["huge"], ["most"], keepdims=0),
                helper.make_node("Add", ["own_logits", "most"], ["logits"]),
            ]
        )

    edited(folder, greedy)


def has_other_inputs(folder: Path) -> None:
    value = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [1]) for name in ("x", "y")]
    graph = helper.make_graph([helper.make_node("Identity", ["x"], ["y"])], "g", value[:1], value[1:])
    model = helper.make_model(graph, ir_version=9, opset_imports=[helper.make_opsetid("", 20)])
    (folder / "model.onnx").write_bytes(model.SerializeToString())


def is_no_model(folder: Path) -> None:
    (folder / "model.onnx").write_bytes(b"\0" * 100)


@pytest.mark.parametrize(
    ("harm", "message"),
    [
        (names_a_file_outside, "no name of a file in the bundle's folder"),
        (names_an_absolute_path, "no name of a file in the bundle's folder"),
        (links_to_a_device, "no regular file"),
        (holds_a_huge_file, "more than any file of a bundle"),
        (has_no_tokenizer, "tokenizer cannot be read"),
        (has_a_tokenizer_beyond_the_table, "graph failed"),
        (lacks_a_label, "labels and taxonomy.tsv differ"),
        (has_fewer_labels_than_logits, "one per label"),
        (has_a_taxonomy_that_is_no_text, "not UTF-8"),
        (reads_without_end, "out of range"),
        (reads_beyond_its_positions, "graph failed"),
        (has_no_temperature, "out of range"),
        (takes_weights_from_another_file, "cannot load the model"),
        (asks_for_all_memory, "cannot load the model|graph failed"),
        (has_other_inputs, "has not the inputs and outputs"),
        (is_no_model, "cannot load the model"),
    ],
)
def test_a_hostile_bundle_is_refused(tmp_path: Path, harm: Harm, message: str) -> None:
    folder = tmp_path / "bundle"
    shutil.copytree(Bundle.load().path, folder)
    sealed = dataclasses.replace(Bundle.load().manifest, **(harm(folder) or {}))  # type: ignore[arg-type]
    small = {n for n in sealed.files if (folder / n).is_file() and (folder / n).stat().st_size < 64 << 20}
    hashes = {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in small}
    sealed = dataclasses.replace(sealed, files={**sealed.files, **hashes})
    (folder / "manifest.json").write_text(sealed.to_json())
    with pytest.raises(BundleError, match=message):
        Tagger.load(folder).tag("tea")


def test_the_limits_leave_room_for_the_shipped_model() -> None:
    shipped = Bundle.load()
    assert max(map(len, shipped.contents.values())) < bundle.MAX_FILE / 10
    assert shipped.manifest.max_tokens < manifest.MAX_TOKENS
