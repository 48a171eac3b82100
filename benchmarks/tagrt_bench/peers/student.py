"""Our student in PyTorch, eager and compiled."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

import numpy as np
import torch

from tagrt.bundle import Bundle
from tagrt.errors import TagrtError
from tagrt.inference.encode import Batch
from tagrt_bench.peers.protocol import Setting, Unavailable, folder_bytes
from tagrt_bench.peers.scored import Scored
from tagrt_distill.corpus.row import Row
from tagrt_distill.recipe import load_recipe
from tagrt_distill.student.from_bundle import student_from, tokenizer_of
from tagrt_distill.student.head import TreeHead
from tagrt_distill.student.model import Student
from tagrt_distill.texts import Encoder


def read_student(setting: Setting) -> Student:
    """Return the student of a checkpoint, or the one read back from the bundle's int8 graph.

    Raises:
        Unavailable: If the bundle's student has another shape than recipe base's.
    """
    if setting.student:
        kept: Student = Student.from_pretrained(setting.student)
        kept.train(False)
        return kept
    try:
        return student_from(Bundle.load(setting.bundle), load_recipe("base").student)
    except TagrtError as error:
        raise Unavailable(f"{error}; or give its checkpoint with --student") from error


def folded(head: TreeHead) -> torch.nn.Linear:
    """Return a head as one dense layer, as the exported graph has it."""
    weight, bias = head.folded()
    layer = torch.nn.Linear(weight.shape[1], weight.shape[0])
    layer.load_state_dict({"weight": weight, "bias": bias})
    return layer.eval()


class Eager(Scored):
    """Plain PyTorch."""

    title: ClassVar[str] = "tagrt student, PyTorch eager"
    needs: ClassVar[tuple[str, ...]] = ("torch", "transformers", "tokenizers")
    modules: ClassVar[tuple[str, ...]] = ("torch", "transformers")

    def fit(self, rows: Sequence[Row]) -> int:
        """Keep the student as a checkpoint."""
        read_student(self.setting).save_pretrained(self.setting.folder / "student")
        return 0

    def load(self) -> None:
        """Read the checkpoint."""
        torch.set_num_threads(self.setting.threads)
        bundle = Bundle.load(self.setting.bundle)
        self.student: Any = Student.from_pretrained(self.setting.folder / "student").eval()
        self.encoder = Encoder(tokenizer_of(bundle), self.student.config.n_positions)
        self.student.head = folded(self.student.head)
        self.temperature = bundle.manifest.temperature
        self.score = self.scorer()

    def scorer(self) -> Callable[[Batch], Any]:
        """Return what gives logits float32 [batch, nodes]."""
        student = self.student

        def score(batch: Batch) -> Any:
            with torch.inference_mode():
                ids, lengths = torch.from_numpy(batch.input_ids), torch.from_numpy(batch.lengths)
                return student(ids, lengths).logits.numpy()

        return score

    def size(self) -> int:
        """Return the checkpoint's bytes."""
        return folder_bytes(self.setting.folder / "student")


class Compiled(Eager):
    """PyTorch with its compiler."""

    title: ClassVar[str] = "tagrt student, torch.compile"
    note: ClassVar[str] = "needs a C++ compiler where it runs"

    def scorer(self) -> Callable[[Batch], Any]:
        """Compile for any shape, and pay for it now rather than at the first titles."""
        self.student = torch.compile(self.student, dynamic=True)
        score = super().scorer()
        for shape in ((1, 9), (5, 9), (64, 17)):
            score(Batch([], np.ones(shape, np.int64), np.full(shape[0], shape[1])))
        return score
