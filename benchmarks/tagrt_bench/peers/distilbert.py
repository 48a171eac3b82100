"""An encoder of DistilBERT's size, exported and quantized to int8 by optimum; random weights: speed only."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from typing import ClassVar

import numpy as np

from tagrt.bundle import Bundle
from tagrt.bundle.bundle import TOKENIZER
from tagrt.inference.encode import TextEncoder, batches
from tagrt_bench.peers.protocol import Base, folder_bytes
from tagrt_distill.corpus.row import Row

MOST_TOKENS = 64


class DistilBert(Base):
    """66 million parameters, six layers, one logit per tag."""

    title: ClassVar[str] = "DistilBERT-sized encoder, int8 (optimum)"
    needs: ClassVar[tuple[str, ...]] = ("optimum", "onnxruntime", "tokenizers")
    modules: ClassVar[tuple[str, ...]] = ("optimum", "onnx", "torch", "transformers")
    speed_only: ClassVar[bool] = True
    note: ClassVar[str] = "random weights; dynamic int8 per channel"

    def fit(self, rows: Sequence[Row]) -> int:
        """Export a random model, quantize it, keep the int8 file alone."""
        import torch
        from optimum.onnxruntime import ORTModelForSequenceClassification, ORTQuantizer
        from optimum.onnxruntime.configuration import AutoQuantizationConfig
        from transformers import DistilBertConfig, DistilBertForSequenceClassification

        torch.manual_seed(0)
        float32, target = self.setting.folder / "float32", self.setting.folder / "int8"
        config = DistilBertConfig(num_labels=len(self.taxonomy))
        DistilBertForSequenceClassification(config).save_pretrained(float32 / "torch")
        exported = ORTModelForSequenceClassification.from_pretrained(float32 / "torch", export=True)
        exported.save_pretrained(float32 / "onnx")
        quantizer = ORTQuantizer.from_pretrained(float32 / "onnx")
        quantizer.quantize(AutoQuantizationConfig.avx2(is_static=False, per_channel=True), save_dir=target)
        shutil.rmtree(float32)
        return 0

    def load(self) -> None:
        """Open a session; titles are read by the bundle's tokenizer, whose ids all are in BERT's range."""
        import onnxruntime as ort

        options = ort.SessionOptions()
        options.intra_op_num_threads = self.setting.threads
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        path = next((self.setting.folder / "int8").glob("*.onnx"))
        self.session = ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        tokenizer = Bundle.load(self.setting.bundle).contents[TOKENIZER]
        self.encoder = TextEncoder(tokenizer, MOST_TOKENS)

    def predict(self, texts: Sequence[str]) -> list[str]:
        """Return the labels of the highest logits."""
        found = [""] * len(texts)
        for batch in batches(self.encoder.ids(texts)):
            mask = (np.arange(batch.input_ids.shape[1]) < batch.lengths[:, None]).astype(np.int64)
            (logits,) = self.session.run(["logits"], {"input_ids": batch.input_ids, "attention_mask": mask})
            for row, label in zip(batch.rows, logits.argmax(axis=1), strict=True):
                found[row] = self.taxonomy.ids[int(label)]
        return found

    def size(self) -> int:
        """Return the bytes of the int8 model."""
        return folder_bytes(self.setting.folder / "int8")
