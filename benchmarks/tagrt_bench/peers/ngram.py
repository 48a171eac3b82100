"""fastText, supervised: as trained, and with its matrices product-quantized."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from tagrt_bench.peers.protocol import Base, Masses
from tagrt_distill.assistants.ngram import load_ngram, train_ngram, words
from tagrt_distill.corpus.row import Row

EPOCHS = 8
CUTOFF = 200_000
"""Features that the quantized model keeps."""

_PREFIX = "__label__"


class FastText(Base):
    """The model that assists our training, on its own."""

    title: ClassVar[str] = "fastText"
    licence: ClassVar[str] = "MIT"
    needs: ClassVar[tuple[str, ...]] = ("fasttext-numpy2-wheel",)
    modules: ClassVar[tuple[str, ...]] = ("fasttext",)
    note: ClassVar[str] = (
        f"{EPOCHS} epochs, word pairs and character n-grams of 2 to 4; predicts on one thread"
    )

    def fit(self, rows: Sequence[Row]) -> int:
        """Train and save."""
        model = train_ngram(rows, EPOCHS, self.setting.threads)
        model.save_model(str(self.setting.folder / "model.bin"))
        return len(rows)

    def load(self) -> None:
        """Read the only file in the folder."""
        self.model = load_ngram(next(self.setting.folder.glob("model.*")))

    def predict(self, texts: Sequence[str]) -> list[str]:
        """Return the first labels."""
        labels, _ = self.model.predict([words(text) for text in texts], k=1)
        return [found[0].removeprefix(_PREFIX) if found else "" for found in labels]

    def masses(self, texts: Sequence[str]) -> Masses:
        """Return masses of the most probable labels."""
        from tagrt_distill.assistants.ngram import ngram_answers
        from tagrt_distill.teacher.answers import masses_of

        return masses_of(ngram_answers(self.model, texts, self.taxonomy), self.taxonomy)


class FastTextQuantized(FastText):
    """The same, a fraction of the size."""

    title: ClassVar[str] = "fastText, quantized"
    note: ClassVar[str] = f"{CUTOFF:,} features kept, product quantization, retrained"

    def fit(self, rows: Sequence[Row]) -> int:
        """Train, or take what the peer before has trained, quantize and save."""
        import tempfile
        from pathlib import Path

        from tagrt.text import product_text

        full = self.setting.folder.parent.parent / "fasttext" / "model" / "model.bin"
        model = load_ngram(full) if full.is_file() else train_ngram(rows, EPOCHS, self.setting.threads)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "rows.txt"
            lines = (f"{_PREFIX}{row.tags[0]} {words(product_text(row.product))}\n" for row in rows)
            path.write_text("".join(lines), encoding="utf-8")
            model.quantize(
                input=str(path), qnorm=True, retrain=True, cutoff=CUTOFF, thread=self.setting.threads
            )
        model.save_model(str(self.setting.folder / "model.ftz"))
        return len(rows)
