"""Our GPT-2 teacher in PyTorch, from a checkpoint that `tagrt distill` left."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from tagrt_bench.peers.protocol import Base, Masses, Unavailable, best_ids, folder_bytes
from tagrt_distill.corpus.row import Row


class Teacher(Base):
    """Writes tag sequences, constrained to the tree."""

    title: ClassVar[str] = "tagrt teacher (GPT-2), PyTorch"
    needs: ClassVar[tuple[str, ...]] = ("torch", "transformers", "peft")
    modules: ClassVar[tuple[str, ...]] = ("torch", "transformers", "peft")

    def fit(self, rows: Sequence[Row]) -> int:
        """Check that there is a checkpoint."""
        if not self.setting.teacher:
            raise Unavailable("no checkpoint given (--teacher RUN/teacher)")
        if not (self.setting.teacher / "config.json").is_file():
            raise Unavailable(f"{self.setting.teacher}: no config.json there")
        return 0

    def load(self) -> None:
        """Read the checkpoint."""
        import torch

        from tagrt_distill.recipe import TeacherRecipe
        from tagrt_distill.teacher.model import restore

        torch.set_num_threads(self.setting.threads)
        assert self.setting.teacher is not None
        self.recipe = TeacherRecipe()
        self.model, self.tokenizer = restore(self.setting.teacher, self.taxonomy)

    def predict(self, texts: Sequence[str]) -> list[str]:
        """Return the best leaves."""
        return best_ids(self.masses(texts), self.taxonomy)

    def masses(self, texts: Sequence[str]) -> Masses:
        """Open all branches that matter."""
        from tagrt_distill.teacher.answers import answer, masses_of

        found = answer(self.model, self.tokenizer, self.taxonomy, texts, self.recipe)
        return masses_of(found, self.taxonomy)

    def size(self) -> int:
        """Return the checkpoint's bytes."""
        return folder_bytes(self.setting.teacher) if self.setting.teacher else 0
