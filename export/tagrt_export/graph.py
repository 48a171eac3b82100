"""The student as one ONNX graph: dense layers as MatMul, attention as one node, the head folded."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from transformers.pytorch_utils import Conv1D

from tagrt_distill.student.model import Student, WeightedMean

OPSET = 20
"""First opset with Gelu as one operator."""


class CausalAttention(torch.autograd.Function):
    """GPT-2's attention as one operator of ONNX Runtime, where a trace would leave some thirty."""

    @staticmethod
    def forward(ctx: Any, query: Tensor, key: Tensor, value: Tensor, heads: int) -> Tensor:
        """Attend from each token to itself and those before it: float [batch, tokens, width] each."""
        q, k, v = (part.unflatten(-1, (heads, -1)).transpose(1, 2) for part in (query, key, value))
        mixed = nn.functional.scaled_dot_product_attention(q, k, v, is_causal=True)
        return mixed.transpose(1, 2).flatten(2)

    @staticmethod
    def symbolic(graph: Any, query: Any, key: Any, value: Any, heads: int) -> Any:
        """Return the node."""
        kind = "com.microsoft::MultiHeadAttention"
        return graph.op(kind, query, key, value, num_heads_i=heads, unidirectional_i=1).setType(query.type())


class ExportedAttention(nn.Module):
    """GPT-2's attention, over one `CausalAttention`."""

    def __init__(self, attention: Any, heads: int) -> None:
        """Take its dense layers."""
        super().__init__()
        self.c_attn, self.c_proj, self.heads = attention.c_attn, attention.c_proj, heads

    def forward(self, states: Tensor) -> Tensor:
        """Return float [batch, tokens, width]."""
        query, key, value = self.c_attn(states).split(states.shape[-1], dim=2)
        mixed = CausalAttention.apply(query, key, value, self.heads)  # type: ignore[no-untyped-call]
        projected: Tensor = self.c_proj(mixed)
        return projected


class ExportedBlock(nn.Module):
    """A GPT-2 block."""

    def __init__(self, block: Any, heads: int) -> None:
        """Take its layers."""
        super().__init__()
        self.ln_1, self.ln_2, self.mlp = block.ln_1, block.ln_2, block.mlp
        self.attn = ExportedAttention(block.attn, heads)

    def forward(self, states: Tensor) -> Tensor:
        """Return float [batch, tokens, width]."""
        states = states + self.attn(self.ln_1(states))
        summed: Tensor = states + self.mlp(self.ln_2(states))
        return summed


class ExportedBody(nn.Module):
    """GPT-2's embedding tables and blocks; `bigrams` may be None."""

    def __init__(self, student: Student) -> None:
        """Take the student's body."""
        super().__init__()
        body, heads = student.transformer, student.config.n_head
        self.wte, self.wpe, self.ln_f = body.wte, body.wpe, body.ln_f
        self.h = nn.ModuleList(ExportedBlock(block, heads) for block in body.h)

    def forward(self, input_ids: Tensor, places: Tensor, pairs: Tensor | None) -> Tensor:
        """Return float [batch, tokens, width]; `pairs` is what token pairs add, if anything."""
        states = self.wte(input_ids) + self.wpe(places)
        states = states if pairs is None else states + pairs
        for block in self.h:
            states = block(states)
        normalised: Tensor = self.ln_f(states)
        return normalised


class ExportedPool(nn.Module):
    """The weighted mean of `tagrt_distill.student.model.WeightedMean`, with no reshaping."""

    def __init__(self, pool: WeightedMean | None, width: int) -> None:
        """Take the scores; without any all tokens weigh alike."""
        super().__init__()
        groups = pool.groups if pool else 1
        self.score = pool.score if pool else nn.Linear(width, groups, bias=False)
        if not pool:
            nn.init.zeros_(self.score.weight)
        self.groups = nn.Parameter(torch.eye(groups).repeat_interleave(width // groups, dim=1))

    def forward(self, states: Tensor, padding: Tensor) -> Tensor:
        """Return float [batch, width] of states [batch, tokens, width]."""
        scores = self.score(states) + padding.to(states.dtype)[:, :, None] * -1e4
        return (states * torch.matmul(torch.softmax(scores, dim=1), self.groups)).sum(dim=1)


class ExportedStudent(nn.Module):
    """The graph that ships: ids and lengths in, logits and embedding out, in as few nodes as will do.

    A title alone spends as much of its time between nodes as in them.
    """

    def __init__(self, student: Student) -> None:
        """Take a trained student; its GPT-2 layers are rewritten in place."""
        super().__init__()
        _conv1d_to_linear(student.transformer)
        self.body = ExportedBody(student)
        self.bigrams = student.bigrams
        self.pool = ExportedPool(student.pool, student.config.n_embd)
        weight, bias = student.head.folded()
        self.head_weight = nn.Parameter(weight.detach().t().contiguous())
        self.head_bias = nn.Parameter(bias.detach().clone())

    def forward(self, input_ids: Tensor, lengths: Tensor) -> tuple[Tensor, Tensor]:
        """Return logits float [batch, nodes] and embedding float [batch, width]."""
        places = torch.arange(input_ids.shape[1], device=input_ids.device)
        pairs = None if self.bigrams is None else self.bigrams(input_ids)
        pooled = self.pool(self.body(input_ids, places, pairs), places >= lengths[:, None])
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
        custom_opsets={"com.microsoft": 1},
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
