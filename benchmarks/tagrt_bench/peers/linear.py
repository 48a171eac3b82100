"""scikit-learn: TF-IDF of words and character n-grams under a linear classifier."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np

from tagrt.text import product_text
from tagrt_bench.peers.classes import ClassTree
from tagrt_bench.peers.protocol import Base, Masses
from tagrt_distill.corpus.row import Row

FEATURES = 60_000
EPOCHS = 5


class TfIdf(Base):
    """One-versus-rest logistic regression, trained by stochastic gradient descent."""

    title: ClassVar[str] = "scikit-learn TF-IDF + linear"
    licence: ClassVar[str] = "BSD-3-Clause"
    needs: ClassVar[tuple[str, ...]] = ("scikit-learn",)
    modules: ClassVar[tuple[str, ...]] = ("sklearn", "joblib")
    note: ClassVar[str] = f"{FEATURES:,} n-grams of 1 to 4 characters within words, {EPOCHS} epochs"

    def fit(self, rows: Sequence[Row]) -> int:
        """Train and save; weights are kept as float32, which predicts the same and halves them."""
        import joblib
        from sklearn.feature_extraction.text import TfidfVectorizer
        from sklearn.linear_model import SGDClassifier

        vectorizer = TfidfVectorizer(
            analyzer="char_wb", ngram_range=(1, 4), max_features=FEATURES, sublinear_tf=True,
            lowercase=False, dtype=np.float32,
        )  # fmt: skip
        features = vectorizer.fit_transform([product_text(row.product) for row in rows])
        classifier = SGDClassifier(
            loss="log_loss", alpha=1e-6, max_iter=EPOCHS, tol=None, n_jobs=self.setting.threads,
            random_state=13,
        )  # fmt: skip
        classifier.fit(features, [row.tags[0] for row in rows])
        classifier.coef_ = classifier.coef_.astype(np.float32)
        joblib.dump((vectorizer, classifier), self.setting.folder / "model.joblib")
        return len(rows)

    def load(self) -> None:
        """Read both."""
        import joblib

        self.vectorizer, self.classifier = joblib.load(self.setting.folder / "model.joblib")
        self.tree = ClassTree(self.taxonomy, list(self.classifier.classes_))

    def predict(self, texts: Sequence[str]) -> list[str]:
        """Return the first labels."""
        features = self.vectorizer.transform(texts)
        return [str(label) for label in self.classifier.predict(features)]

    def masses(self, texts: Sequence[str]) -> Masses:
        """Return masses of all classes, normalised."""
        parts: list[Any] = []
        for start in range(0, len(texts), 512):
            features = self.vectorizer.transform(texts[start : start + 512])
            parts.append(self.tree.masses(self.classifier.predict_proba(features)))
        return np.concatenate(parts)
