"""Int8: every dense layer per channel, the embedding tables per row, activations by measured ranges."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import ModelProto, NodeProto, TensorProto, helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic

from tagrt.errors import TagrtError
from tagrt.inference.encode import Batch
from tagrt_export.static import PERCENTILE, activation_ranges, make_static, quantized_values

LARGE = 4096
"""Weights with at least so many values must be int8."""


def quantize(source: Path, target: Path, batches: Sequence[Batch]) -> dict[str, Any]:
    """Quantize an optimised float32 graph.

    Weights are signed with a range of 7 bits, so that the 16-bit sums of AVX2's U8S8 kernels cannot
    saturate: CPUs with and without VNNI give the same tags.

    Args:
        source: Float32 ``.onnx`` file.
        target: Int8 ``.onnx`` file to write.
        batches: Inputs that the ranges of activations are measured on.

    Returns:
        The recipe, for the manifest.

    Raises:
        TagrtError: If a large weight stayed float.
    """
    quantize_dynamic(
        str(source),
        str(target),
        op_types_to_quantize=["MatMul"],
        per_channel=True,
        reduce_range=True,
        weight_type=QuantType.QInt8,
        nodes_to_exclude=small_matmuls(onnx.load(str(source))),
        extra_options={"MatMulConstBOnly": True, "DefaultTensorType": TensorProto.FLOAT},
    )
    model, float32 = onnx.load(str(target)), onnx.load(str(source))
    make_static(model, activation_ranges(float32, quantized_values(model), batches))
    quantize_embeddings(model)
    onnx.checker.check_model(model)
    left = large_float_weights(model)
    if left:
        raise TagrtError(f"{target}: these weights stayed float32: {', '.join(left)}")
    onnx.save(model, str(target))
    return {
        "method": "static",
        "weights": "int8 per channel, 7-bit range (MatMul); int8 per row (embeddings)",
        "activations": f"uint8, per tensor, ranges measured on {sum(len(b.rows) for b in batches):,} texts "
        f"(percentile {PERCENTILE})",
    }


def small_matmuls(model: ModelProto) -> list[str]:
    """Return the names of matrix products with weights so small that int8 saves nothing."""
    sizes = {weight.name: int(np.prod(weight.dims)) for weight in model.graph.initializer}
    return [
        node.name
        for node in model.graph.node
        if node.op_type == "MatMul" and sizes.get(node.input[1], LARGE) < LARGE
    ]


def large_float_weights(model: ModelProto) -> list[str]:
    """Return the names of large weights that are not 8 bits wide."""
    eight = (TensorProto.INT8, TensorProto.UINT8)
    return [
        weight.name
        for weight in model.graph.initializer
        if int(np.prod(weight.dims)) >= LARGE and weight.data_type not in eight and min(weight.dims) > 1
    ]


def quantize_embeddings(model: ModelProto) -> None:
    """Replace each large float table behind a Gather by int8 rows with one scale per row."""
    tables = {w.name: w for w in model.graph.initializer if w.data_type == TensorProto.FLOAT}
    nodes: list[NodeProto] = []
    for node in model.graph.node:
        table = tables.get(node.input[0]) if node.op_type == "Gather" else None
        if table is None or int(np.prod(table.dims)) < LARGE:
            nodes.append(node)
            continue
        model.graph.initializer.remove(table)
        rows, scales = _by_row(numpy_helper.to_array(table))
        name = table.name
        model.graph.initializer.append(numpy_helper.from_array(rows, f"{name}_int8"))
        model.graph.initializer.append(numpy_helper.from_array(scales, f"{name}_scale"))
        nodes.extend(_dequantized_gather(node, name))
    del model.graph.node[:]
    model.graph.node.extend(nodes)


def _by_row(table: np.ndarray[Any, Any]) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    scales = np.maximum(np.abs(table).max(axis=1, keepdims=True), 1e-12) / 127.0
    rows = np.clip(np.rint(table / scales), -127, 127).astype(np.int8)
    return rows, scales.astype(np.float32)


def _dequantized_gather(node: NodeProto, name: str) -> list[NodeProto]:
    ids, out = node.input[1], node.output[0]
    part = f"{out}_table"  # apart from the names that quantize_dynamic derives from `out`
    return [
        helper.make_node("Gather", [f"{name}_int8", ids], [f"{part}_int8"], name=f"{node.name}_int8"),
        helper.make_node(
            "Cast", [f"{part}_int8"], [f"{part}_cast"], name=f"{node.name}_cast", to=TensorProto.FLOAT
        ),
        helper.make_node("Gather", [f"{name}_scale", ids], [f"{part}_scale"], name=f"{node.name}_scale"),
        helper.make_node("Mul", [f"{part}_cast", f"{part}_scale"], [out], name=f"{node.name}_dequantize"),
    ]
