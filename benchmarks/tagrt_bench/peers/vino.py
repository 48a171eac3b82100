"""Our student in OpenVINO, which needs no PyTorch where it runs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np

from tagrt.bundle import Bundle
from tagrt.bundle.bundle import TOKENIZER
from tagrt.inference.encode import Batch, TextEncoder
from tagrt_bench.peers.protocol import folder_bytes
from tagrt_bench.peers.scored import Scored
from tagrt_distill.corpus.row import Row


def pair_numbers(input_ids: Any, buckets: int) -> Any:
    """Return int64 [batch, tokens], as `BigramEmbedding` numbers them."""
    before = np.pad(input_ids, ((0, 0), (1, 0)))[:, :-1]
    return (before * 92821 + input_ids * 31) % max(buckets, 1)


class OpenVino(Scored):
    """OpenVINO in float32."""

    title: ClassVar[str] = "tagrt student, OpenVINO fp32"
    needs: ClassVar[tuple[str, ...]] = ("openvino", "tokenizers")
    modules: ClassVar[tuple[str, ...]] = ("openvino", "torch", "transformers")

    def fit(self, rows: Sequence[Row]) -> int:
        """Convert the student."""
        from tagrt_bench.peers.given_pairs import convert
        from tagrt_bench.peers.student import read_student

        student = read_student(self.setting)
        shape = {"positions": student.config.n_positions, "buckets": student.config.bigram_buckets}
        self.setting.folder.joinpath("shape.json").write_text(json.dumps(shape))
        convert(student, self.setting.folder / "student.xml")
        return 0

    def load(self) -> None:
        """Compile the model for this processor."""
        import openvino

        bundle = Bundle.load(self.setting.bundle)
        shape = json.loads(self.setting.folder.joinpath("shape.json").read_text())
        self.encoder = TextEncoder(bundle.contents[TOKENIZER], shape["positions"]).ids
        self.buckets = shape["buckets"]
        self.temperature = bundle.manifest.temperature
        self.compiled = openvino.Core().compile_model(
            str(self.setting.folder / "student.xml"),
            "CPU",
            {"INFERENCE_NUM_THREADS": self.setting.threads, "INFERENCE_PRECISION_HINT": "f32"},
        )
        self.score = self.logits

    def logits(self, batch: Batch) -> Any:
        """Return float32 [batch, nodes]."""
        pairs = pair_numbers(batch.input_ids, self.buckets)
        return self.compiled([batch.input_ids, batch.lengths, pairs])[0]

    def size(self) -> int:
        """Return the bytes of graph and weights."""
        return folder_bytes(self.setting.folder)
