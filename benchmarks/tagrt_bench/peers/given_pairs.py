"""The student with its token pairs given as numbers, for OpenVINO."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch

from tagrt_distill.student.model import Student


class GivenPairs(torch.nn.Module):
    """The student with its token pairs given as numbers: OpenVINO does not compute them exactly."""

    def __init__(self, exported: Any) -> None:
        """Take the graph that is exported."""
        super().__init__()
        self.exported, self.pairs = exported, exported.bigrams

    def forward(self, input_ids: torch.Tensor, lengths: torch.Tensor, pairs: torch.Tensor) -> Any:
        """Return logits float [batch, nodes]; `pairs` is int64 [batch, tokens]."""
        if self.pairs is not None:
            table, project = self.pairs.table, self.pairs.project
            self.exported.bigrams = lambda _: project(table(pairs))
        return self.exported(input_ids, lengths)[0]


def convert(student: Student, path: Path) -> None:
    """Write a student as OpenVINO's model in float32, by OpenVINO's own reader of PyTorch."""
    import openvino

    from tagrt_export.graph import ExportedStudent

    ids = torch.tensor([[5, 6, 7, 8], [5, 6, 0, 0]])
    example = (ids, torch.tensor([4, 2]), ids.clone())
    exported = ExportedStudent(student)
    wrapped = GivenPairs(exported)
    del exported.bigrams  # a module cannot be replaced by a function
    model = openvino.convert_model(wrapped.train(False), example_input=example)
    openvino.save_model(model, path, compress_to_fp16=False)
