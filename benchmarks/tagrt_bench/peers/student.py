"""Our student without ONNX Runtime: PyTorch eager and compiled, OpenVINO."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any, ClassVar

import numpy as np
import torch

from tagrt.bundle import Bundle
from tagrt.errors import TagrtError
from tagrt.inference.decode import leaf_probabilities
from tagrt.inference.encode import Batch, batches
from tagrt_bench.peers.protocol import Base, Masses, Setting, Unavailable, best_ids, folder_bytes
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


class Eager(Base):
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

    def predict(self, texts: Sequence[str]) -> list[str]:
        """Return the best leaves."""
        return best_ids(self.masses(texts), self.taxonomy)

    def masses(self, texts: Sequence[str]) -> Masses:
        """Return the calibrated masses."""
        found = np.zeros((len(texts), len(self.taxonomy)), dtype=np.float32)
        for batch in self.ready(texts):
            leaves = leaf_probabilities(self.score(batch), self.taxonomy, self.temperature)
            found[batch.rows] = self.taxonomy.masses(leaves)
        return found

    def ready(self, texts: Sequence[str]) -> Iterator[Batch]:
        """Return batches of like length."""
        return batches(self.encoder(texts))

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


def pair_numbers(input_ids: Any, buckets: int) -> Any:
    """Return int64 [batch, tokens], as `BigramEmbedding` numbers them."""
    before = np.pad(input_ids, ((0, 0), (1, 0)))[:, :-1]
    return (before * 92821 + input_ids * 31) % max(buckets, 1)


class OpenVino(Eager):
    """OpenVINO in float32."""

    title: ClassVar[str] = "tagrt student, OpenVINO fp32"
    needs: ClassVar[tuple[str, ...]] = ("openvino", "tokenizers")
    modules: ClassVar[tuple[str, ...]] = ("openvino", "torch", "transformers")

    def fit(self, rows: Sequence[Row]) -> int:
        """Convert the graph that is exported, by OpenVINO's own reader of PyTorch."""
        import openvino

        from tagrt_export.graph import ExportedStudent

        student = read_student(self.setting)
        shape = {"positions": student.config.n_positions, "buckets": student.config.bigram_buckets}
        self.setting.folder.joinpath("shape.json").write_text(json.dumps(shape))
        ids = torch.tensor([[5, 6, 7, 8], [5, 6, 0, 0]])
        example = (ids, torch.tensor([4, 2]), ids.clone())
        exported = ExportedStudent(student)
        wrapped = GivenPairs(exported)
        del exported.bigrams  # a module cannot be replaced by a function
        model = openvino.convert_model(wrapped.train(False), example_input=example)
        openvino.save_model(model, self.setting.folder / "student.xml", compress_to_fp16=False)
        return 0

    def load(self) -> None:
        """Compile the model for this processor."""
        import openvino

        bundle = Bundle.load(self.setting.bundle)
        shape = json.loads(self.setting.folder.joinpath("shape.json").read_text())
        self.encoder, self.buckets = Encoder(tokenizer_of(bundle), shape["positions"]), shape["buckets"]
        self.temperature = bundle.manifest.temperature
        self.compiled = openvino.Core().compile_model(
            str(self.setting.folder / "student.xml"),
            "CPU",
            {"INFERENCE_NUM_THREADS": self.setting.threads, "INFERENCE_PRECISION_HINT": "f32"},
        )
        self.score = self.scorer()

    def scorer(self) -> Callable[[Batch], Any]:
        """Return what gives logits."""
        return lambda batch: self.compiled(
            [batch.input_ids, batch.lengths, pair_numbers(batch.input_ids, self.buckets)]
        )[0]

    def size(self) -> int:
        """Return the bytes of graph and weights."""
        return folder_bytes(self.setting.folder)
