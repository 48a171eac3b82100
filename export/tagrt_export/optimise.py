"""Graph optimisation before quantization: constant folding and the fusions that ONNX Runtime knows."""

from __future__ import annotations

from pathlib import Path

import onnx
from onnx import ModelProto
from onnxruntime.transformers.fusion_options import FusionOptions
from onnxruntime.transformers.optimizer import optimize_model


def optimise(source: Path, heads: int, width: int) -> ModelProto:
    """Fold constants and fuse layer normalisation with the residual sums before it.

    Attention stays unfused: its dense layers must remain plain MatMul to be quantized.

    Args:
        source: The float32 ``.onnx`` file.
        heads: Attention heads.
        width: Hidden size.

    Returns:
        The optimised model, checked.
    """
    options = FusionOptions("gpt2")
    options.enable_attention = False
    options.enable_embed_layer_norm = False
    optimised = optimize_model(
        str(source), model_type="gpt2", num_heads=heads, hidden_size=width, opt_level=1,
        optimization_options=options, use_gpu=False,
    )  # fmt: skip
    model: ModelProto = optimised.model
    onnx.checker.check_model(model)
    return model
