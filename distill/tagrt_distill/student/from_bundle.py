"""A student read back from the int8 graph of a bundle, to be trained further."""

from __future__ import annotations

import math
import re
from typing import Any

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from tokenizers import Tokenizer

from tagrt.bundle import Bundle
from tagrt.bundle.bundle import MODEL, TAXONOMY, TOKENIZER
from tagrt.errors import BundleError
from tagrt.inference.session import Session
from tagrt.taxonomy import Taxonomy
from tagrt_distill.recipe import StudentRecipe
from tagrt_distill.student.model import Student

Array = np.ndarray[Any, np.dtype[np.float32]]

_BLOCK = re.compile(r"/body/(h\.\d+)/(attn|mlp)/(c_\w+)/")
_NEW = ("features.", "pool.")
"""Parts that a bundle's student may lack: they start without an effect on its logits."""

_TOLERANCE = 0.1
"""Largest root mean square of the difference to the graph's logits; int8 activations make some 0.03."""


def tokenizer_of(bundle: Bundle) -> Tokenizer:
    """Return a bundle's tokenizer."""
    return Tokenizer.from_str(bundle.contents[TOKENIZER].decode("utf-8"))


def taxonomy_of(bundle: Bundle) -> Taxonomy:
    """Return the tree of a bundle's tags."""
    return Taxonomy.parse(bundle.contents[TAXONOMY].decode("utf-8"), str(bundle.path / TAXONOMY))


def student_from(
    bundle: Bundle, recipe: StudentRecipe, feature_width: int = 0, taxonomy: Taxonomy | None = None
) -> Student:
    """Return a student with the weights of a bundle's graph, as exact as int8 kept them.

    Args:
        bundle: A bundle that `tagrt export` made.
        recipe: The shape the bundle's student has.
        feature_width: Width of the embeddings it will be taught to match, by a new projection; 0 for none.
        taxonomy: A tree that grew out of the bundle's; the bundle's own if None.

    Raises:
        BundleError: If the graph is not of that shape.
    """
    own, vocabulary = taxonomy_of(bundle), tokenizer_of(bundle).get_vocab_size()
    student = Student.create(recipe, vocabulary, own, feature_width)
    student.train(False)
    weights = _weights(onnx.load_from_string(bundle.contents[MODEL]), own)
    missing, left_over = student.load_state_dict(_fitting(student, weights, bundle), strict=False)
    absent = [name for name in missing if not name.startswith(_NEW)]
    if absent or left_over:
        name = (absent or left_over)[0]
        raise BundleError(f"{bundle.path}: weight '{name}' is in the graph or in the recipe's student alone")
    _check(student, bundle, vocabulary)
    if taxonomy is None or len(taxonomy) == len(own):
        return student
    return _grown(student, Student.create(recipe, vocabulary, taxonomy, feature_width), own, taxonomy)


def _grown(student: Student, larger: Student, own: Taxonomy, taxonomy: Taxonomy) -> Student:
    """Give a student of a larger tree the weights of a smaller one's.

    New nodes have no score of their own, so that each is as likely as its parent's score makes it. Where a
    leaf was split, its children share what it had, and every old node keeps its probability.
    """
    state, count = student.state_dict(), len(own)
    weight, bias = (torch.zeros_like(p) for p in (larger.head.score.weight, larger.head.score.bias))
    weight[:count], bias[:count] = state["head.score.weight"], state["head.score.bias"]
    for node in range(count, len(taxonomy)):
        siblings = taxonomy.children[int(taxonomy.parent[node])]
        if min(siblings) >= count:
            bias[node] = -math.log(len(siblings))
    larger.load_state_dict({**state, "head.score.weight": weight, "head.score.bias": bias})
    larger.train(False)
    return larger


def _fitting(student: Student, weights: dict[str, Array], bundle: Bundle) -> dict[str, torch.Tensor]:
    """Return the weights as tensors, or say which one has another shape than the student's."""
    shapes = {name: tuple(weight.shape) for name, weight in student.state_dict().items()}
    for name, weight in weights.items():
        if shapes.get(name, weight.shape) != weight.shape:
            raise BundleError(
                f"{bundle.path}: '{name}' has shape {weight.shape}, the recipe's student {shapes[name]}: "
                "give the recipe the shape of the bundle's student"
            )
    return {name: torch.tensor(weight) for name, weight in weights.items()}


def _weights(model: onnx.ModelProto, taxonomy: Taxonomy) -> dict[str, Array]:
    """Return the student's float32 weights by their names in torch."""
    kept = {w.name: numpy_helper.to_array(w) for w in model.graph.initializer}
    found = {
        name.replace("body.", "transformer.", 1): value
        for name, value in kept.items()
        if name.startswith("body.") and value.dtype == np.float32 and not name.endswith("_scale")
    }
    for name, value in kept.items():
        if name.endswith("_int8"):
            table = name.removesuffix("_int8")
            found[table.replace("body.", "transformer.", 1)] = value * kept[f"{table}_scale"]
    for node in model.graph.node:
        weight = _product_weight(kept, node)
        if weight is None:
            continue
        block = _BLOCK.match(node.name)
        if block:
            found[f"transformer.{'.'.join(block.groups())}.weight"] = weight
        elif node.name.startswith("/bigrams/project"):
            found["bigrams.project.weight"] = weight.T
        elif node.name.startswith("/pool/score"):
            found["pool.score.weight"] = weight.T
        elif node.name.startswith("/pool/"):
            continue  # it spreads the groups' weights over their features
        else:
            found["head.score.weight"] = _unfolded(weight.T, taxonomy)
    found["head.score.bias"] = _unfolded(kept["head_bias"], taxonomy)
    return found


def _product_weight(kept: dict[str, Any], node: onnx.NodeProto) -> Array | None:
    """Return the weight [inputs, outputs] of a matrix product, int8 or float; None for any other node."""
    if node.op_type == "MatMulInteger":
        return _dequantized(kept, node.input[1], node.input[3])
    if node.op_type == "MatMulIntegerToFloat":
        return _dequantized(kept, node.input[1], node.input[5])
    if node.op_type == "MatMul" and node.input[1] in kept:
        weight: Array = kept[node.input[1]]
        return weight
    return None


def _dequantized(kept: dict[str, Any], name: str, zero_point: str) -> Array:
    scale = kept[f"{name.removesuffix('_quantized')}_scale"]
    dequantized: Array = (kept[name].astype(np.float32) - kept[zero_point]) * scale
    return dequantized


def _unfolded(folded: Array, taxonomy: Taxonomy) -> Array:
    """Undo `TreeHead.folded`: what each node adds to its parent's score."""
    own = folded.copy()
    for node in range(len(taxonomy)):
        path = taxonomy.path(node)
        if len(path) > 1:
            own[node] -= folded[path[-2]]
    return own


@torch.inference_mode()
def _check(student: Student, bundle: Bundle, vocabulary: int) -> None:
    """Compare with the graph: a wrong number of heads, for one, fits every shape."""
    ids = np.random.default_rng(0).integers(1, vocabulary, size=(16, 8))
    lengths = np.full(len(ids), ids.shape[1])
    expected = Session(bundle.contents[MODEL]).logits(ids, lengths)
    found = student(torch.from_numpy(ids), torch.from_numpy(lengths)).logits.numpy()
    difference = float(np.sqrt(np.mean((found - expected) ** 2)))
    if difference > _TOLERANCE:
        raise BundleError(
            f"{bundle.path}: the student read from it differs from its graph by {difference:.2f} (root mean "
            "square of the logits): does the recipe have the bundle's number of heads, and its activation?"
        )
