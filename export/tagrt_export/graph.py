"""The student as one ONNX graph: dense layers as MatMul, the head folded, the causal mask explicit."""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor, nn
from transformers.pytorch_utils import Conv1D

from tagrt_distill.student.model import Student

OPSET = 20
"""First opset with Gelu as one operator."""


class ExportedStudent(nn.Module):
    """The graph that ships: ids and lengths in, logits and embedding out."""

    def __init__(self, student: Student) -> None:
        """Take a trained student; its GPT-2 layers are rewritten in place."""
        super().__init__()
        self.body = student.transformer
        self.embed = student.embed
        self.bigrams = student.bigrams
        self.pool = student.pool
        self.pooled = student.pooled
        weight, bias = student.head.folded()
        self.head_weight = nn.Parameter(weight.detach().t().contiguous())
        self.head_bias = nn.Parameter(bias.detach().clone())
        _conv1d_to_linear(self.body)

    def forward(self, input_ids: Tensor, lengths: Tensor) -> tuple[Tensor, Tensor]:
        """Return logits float [batch, nodes] and embedding float [batch, width]."""
        places = torch.arange(input_ids.shape[1], device=input_ids.device)
        hidden = places[None, :] > places[:, None]
        mask = hidden.to(torch.float32)[None, None] * -1e4
        states = self.body(inputs_embeds=self.embed(input_ids), attention_mask=mask).last_hidden_state
        pooled = self.pooled(states, places[None, :] < lengths[:, None])
        logits = torch.matmul(pooled, self.head_weight) + self.head_bias
        return logits, nn.functional.normalize(pooled, dim=-1)


def export_fp32(student: Student, path: Path) -> None:
    """Write the student as a float32 ONNX file with dynamic batch and tokens.

    Args:
        student: In evaluation mode; not to be used afterwards.
        path: The ``.onnx`` file to write.
    """
    wrapped = ExportedStudent(student).eval()
    example = (torch.tensor([[5, 6, 7, 8], [5, 6, 0, 0]]), torch.tensor([4, 2]))
    torch.onnx.export(
        wrapped,
        example,
        str(path),
        dynamo=False,
        opset_version=OPSET,
        input_names=["input_ids", "lengths"],
        output_names=["logits", "embedding"],
        dynamic_axes={
            "input_ids": {0: "batch", 1: "tokens"},
            "lengths": {0: "batch"},
            "logits": {0: "batch"},
            "embedding": {0: "batch"},
        },
    )


def _conv1d_to_linear(module: nn.Module) -> None:
    """Replace GPT-2's Conv1D, which exports as Gemm and would escape int8, by Linear (MatMul)."""
    for name, child in module.named_children():
        if isinstance(child, Conv1D):
            linear = nn.Linear(child.nx, child.nf)
            linear.weight.data = child.weight.data.t().contiguous()
            linear.bias.data = child.bias.data
            setattr(module, name, linear)
        else:
            _conv1d_to_linear(child)
