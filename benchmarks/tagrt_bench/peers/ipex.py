"""Our student with intel-extension-for-pytorch, in an environment of its own (see benchmarks/ipex)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

import torch

from tagrt.inference.encode import Batch
from tagrt_bench.peers.protocol import Unavailable
from tagrt_bench.peers.student import Eager
from tagrt_distill.corpus.row import Row

TORCH = "2.8."
"""The last release of the extension, 2.8.0, loads in this PyTorch alone."""


class IpexFloat32(Eager):
    """Float32."""

    title: ClassVar[str] = "tagrt student, IPEX fp32"
    needs: ClassVar[tuple[str, ...]] = ("intel-extension-for-pytorch", "torch", "transformers")
    modules: ClassVar[tuple[str, ...]] = ("intel_extension_for_pytorch", "torch", "transformers")
    note: ClassVar[str] = "archived upstream in March 2026 with known security issues: never a default"
    precision: ClassVar[torch.dtype] = torch.float32

    def fit(self, rows: Sequence[Row]) -> int:
        """Check the version before the import, which ends the process where it does not fit."""
        if not torch.__version__.startswith(TORCH):
            raise Unavailable(f"needs PyTorch {TORCH}*, this is {torch.__version__}: see benchmarks/ipex")
        return super().fit(rows)

    def scorer(self) -> Callable[[Batch], Any]:
        """Let the extension rewrite the model."""
        import intel_extension_for_pytorch as ipex

        self.student = ipex.optimize(self.student, dtype=self.precision)
        plain = super().scorer()
        if self.precision is torch.float32:
            return plain

        def score(batch: Batch) -> Any:
            with torch.inference_mode(), torch.autocast("cpu", self.precision):
                ids, lengths = torch.from_numpy(batch.input_ids), torch.from_numpy(batch.lengths)
                return self.student(ids, lengths).logits.float().numpy()

        return score


class IpexBfloat16(IpexFloat32):
    """Bfloat16."""

    title: ClassVar[str] = "tagrt student, IPEX bf16"
    precision: ClassVar[torch.dtype] = torch.bfloat16
