"""Static quantization of activations: ranges are measured beforehand, on texts, and are part of the graph.

So a text gets the same tags alone and among others, where ranges taken from each batch at run time would
make neighbours move each other's; and no time goes into looking for them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import onnx
import onnxruntime as ort
from onnx import ModelProto, NodeProto, helper, numpy_helper

from tagrt.errors import TagrtError
from tagrt.inference.encode import Batch

PERCENTILE = 99.99
"""Of the tokens' extremes: what lies beyond saturates."""

Ranges = Mapping[str, tuple[float, float]]


def activation_ranges(model: ModelProto, names: Sequence[str], batches: Iterable[Batch]) -> Ranges:
    """Measure values of a float32 graph.

    Args:
        model: The graph.
        names: Its values to measure.
        batches: Inputs.

    Returns:
        Lower and upper bound of each value, zero among them.
    """
    watched = ModelProto()
    watched.CopyFrom(model)
    watched.graph.output.extend(onnx.ValueInfoProto(name=name) for name in names)
    options = ort.SessionOptions()
    options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_ENABLE_BASIC
    session = ort.InferenceSession(watched.SerializeToString(), options, providers=["CPUExecutionProvider"])
    extremes: dict[str, list[Any]] = defaultdict(list)
    for batch in batches:
        values = session.run(list(names), {"input_ids": batch.input_ids, "lengths": batch.lengths})
        real = np.arange(batch.input_ids.shape[1]) < batch.lengths[:, None]
        for name, value in zip(names, values, strict=True):
            tokens = value[real] if value.shape[:2] == real.shape else value
            extremes[name].append(np.stack([tokens.min(axis=-1), tokens.max(axis=-1)]))
    found = {}
    for name, parts in extremes.items():
        low, high = np.concatenate(parts, axis=1)
        bounds = np.percentile(low, 100 - PERCENTILE), np.percentile(high, PERCENTILE)
        found[name] = (min(0.0, float(bounds[0])), max(0.0, float(bounds[1])))
    return found


def quantized_values(model: ModelProto) -> list[str]:
    """Return the float values that a dynamically quantized graph quantizes at run time."""
    return [node.input[0] for node in model.graph.node if node.op_type == "DynamicQuantizeLinear"]


def make_static(model: ModelProto, ranges: Ranges) -> None:
    """Replace every `DynamicQuantizeLinear` by fixed scales, and fuse each product with its scales and bias.

    A ReLU before a quantizer goes: below a zero point of 0 everything saturates at 0 anyway.

    Args:
        model: What `quantize_dynamic` made; changed in place.
        ranges: Of each value that it quantizes.
    """
    graph = model.graph
    for node in [n for n in graph.node if n.op_type == "DynamicQuantizeLinear"]:
        low, high = ranges[node.input[0]]
        scale = max(high - low, 1e-6) / 255.0
        quantized, scale_name, zero_name = node.output
        graph.initializer.append(numpy_helper.from_array(np.array(scale, np.float32), scale_name))
        graph.initializer.append(numpy_helper.from_array(np.array(round(-low / scale), np.uint8), zero_name))
        made = helper.make_node(
            "QuantizeLinear", [node.input[0], scale_name, zero_name], [quantized], name=node.name
        )
        node.CopyFrom(made)
    _drop_relus(graph)
    _fuse_products(graph)


def _drop_relus(graph: onnx.GraphProto) -> None:
    readers = _readers(graph)
    for relu in [n for n in graph.node if n.op_type == "Relu"]:
        after = readers[relu.output[0]]
        if all(node.op_type == "QuantizeLinear" for node in after):
            for node in after:
                node.input[0] = relu.input[0]
            graph.node.remove(relu)


def _fuse_products(graph: onnx.GraphProto) -> None:
    """Turn MatMulInteger, Cast, Mul (and Add of a bias) into one `MatMulIntegerToFloat`."""
    weights = {weight.name: weight for weight in graph.initializer}
    readers = _readers(graph)
    writers = {output: node for node in graph.node for output in node.output}
    for product in [n for n in graph.node if n.op_type == "MatMulInteger"]:
        cast = _only(readers[product.output[0]], "Cast")
        scaled = _only(readers[cast.output[0]], "Mul")
        scales = writers[_other(scaled, cast.output[0])]
        old, output, bias = [product, cast, scaled, scales], scaled.output[0], []
        after = readers[output]
        if len(after) == 1 and after[0].op_type == "Add":
            added = _other(after[0], output)
            if added in weights and len(weights[added].dims) == 1:
                old, output, bias = [*old, after[0]], after[0].output[0], [added]
        left, right, left_zero, right_zero = product.input
        fused = helper.make_node(
            "MatMulIntegerToFloat",
            [left, right, *scales.input, left_zero, right_zero, *bias],
            [output],
            name=product.name,
            domain="com.microsoft",
        )
        place = max(list(graph.node).index(node) for node in old)
        graph.node.insert(place + 1, fused)
        for node in old:
            graph.node.remove(node)


def _readers(graph: onnx.GraphProto) -> dict[str, list[NodeProto]]:
    found: dict[str, list[NodeProto]] = defaultdict(list)
    for node in graph.node:
        for name in node.input:
            found[name].append(node)
    return found


def _only(nodes: list[NodeProto], kind: str) -> NodeProto:
    if [node.op_type for node in nodes] != [kind]:
        raise TagrtError(f"an int8 product is followed by {[n.op_type for n in nodes]} instead of one {kind}")
    return nodes[0]


def _other(node: NodeProto, name: str) -> str:
    return str(next(value for value in node.input if value != name))
