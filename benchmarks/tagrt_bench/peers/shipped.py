"""Our student through the runtime that ships: int8 as it is, and the float32 graph it was made of."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

import numpy as np

from tagrt import Tagger
from tagrt.bundle import Bundle
from tagrt.bundle.bundle import MODEL
from tagrt.inference.decode import leaf_probabilities
from tagrt.inference.encode import batches
from tagrt_bench.peers.protocol import Base, Masses, folder_bytes
from tagrt_distill.corpus.row import Row


class Int8(Base):
    """The product itself."""

    title: ClassVar[str] = "tagrt, ONNX int8 (as shipped)"
    needs: ClassVar[tuple[str, ...]] = ("tagrt",)
    normalises: ClassVar[bool] = True
    note: ClassVar[str] = "its training had three teachers and further texts without labels"

    @property
    def bundle(self) -> Path:
        """The bundle's folder."""
        return self.setting.bundle

    def load(self) -> None:
        """Load the tagger."""
        self.tagger = Tagger.load(self.bundle, threads=self.setting.threads)

    def predict(self, texts: Sequence[str]) -> list[str]:
        """Tag as `Tagger` does: one text by `tag`, several by `tag_many`."""
        found = [self.tagger.tag(texts[0])] if len(texts) == 1 else self.tagger.tag_many(texts)
        return [tagging.best.id if tagging.best else "" for tagging in found]

    def masses(self, texts: Sequence[str]) -> Masses:
        """Return the calibrated masses."""
        tagger, temperature = self.tagger, self.tagger.bundle.manifest.temperature
        found = np.zeros((len(texts), len(self.taxonomy)), dtype=np.float32)
        for batch in batches(tagger._encoder.ids(texts)):
            logits = tagger._session.logits(batch.input_ids, batch.lengths)
            found[batch.rows] = self.taxonomy.masses(leaf_probabilities(logits, self.taxonomy, temperature))
        return found

    def size(self) -> int:
        """Return the bundle's bytes."""
        return folder_bytes(self.bundle)


class Float32(Int8):
    """The same student in a float32 graph."""

    title: ClassVar[str] = "tagrt student, ONNX fp32"
    needs: ClassVar[tuple[str, ...]] = ("tagrt",)
    modules: ClassVar[tuple[str, ...]] = ("onnx", "torch", "transformers")

    @property
    def bundle(self) -> Path:
        """A bundle of its own."""
        return self.setting.folder / "bundle"

    def fit(self, rows: Sequence[Row]) -> int:
        """Export the student to float32, optimise the graph, and seal a bundle with it."""
        import onnx

        from tagrt.bundle.seal import seal
        from tagrt_bench.peers.student import read_student
        from tagrt_export.graph import export_fp32
        from tagrt_export.optimise import optimise

        student = read_student(self.setting)
        shutil.rmtree(self.bundle, ignore_errors=True)
        shutil.copytree(self.setting.bundle, self.bundle)
        heads, width = student.config.n_head, student.config.n_embd
        raw = self.setting.folder / "fp32.onnx"
        export_fp32(student, raw)
        onnx.save(optimise(raw, heads, width), str(self.bundle / MODEL))
        raw.unlink()
        seal(self.bundle, Bundle.load(self.setting.bundle).manifest)
        return 0
