"""A linear model over word and character n-grams (fastText; Joulin et al., 2017).

It knows less than the teacher of what words mean together and more of how they are written.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tagrt.taxonomy import Taxonomy
from tagrt.text import product_text
from tagrt_distill.corpus.row import Row

if TYPE_CHECKING:
    from tagrt_distill.teacher.answers import Answers

_CHINESE = re.compile(r"([\u3400-\u9fff])")
_PREFIX = "__label__"


def words(text: str) -> str:
    """Split Chinese into characters, as fastText does not segment words."""
    return " ".join(_CHINESE.sub(r" \1 ", text).split())


def train_ngram(rows: Sequence[Row], epochs: int, threads: int = 2) -> Any:
    """Train a supervised fastText model on the rows' own labels, inner ones included.

    Args:
        rows: Labelled rows.
        epochs: Passes over them.
        threads: Training threads; with more than one, runs differ a little.
    """
    import fasttext

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows.txt"
        with path.open("w", encoding="utf-8") as file:
            file.writelines(f"{_PREFIX}{row.tags[0]} {words(product_text(row.product))}\n" for row in rows)
        return fasttext.train_supervised(
            str(path), wordNgrams=2, minn=2, maxn=4, dim=100, epoch=epochs, lr=0.5, thread=threads, verbose=0
        )


def load_ngram(path: Path) -> Any:
    """Load a model that was saved."""
    import fasttext

    return fasttext.load_model(str(path))


def ngram_answers(model: Any, texts: Sequence[str], taxonomy: Taxonomy) -> Answers:
    """Return the model's most probable labels for each normalised text."""
    from tagrt_distill.teacher.answers import WIDTH, Answers

    answers = Answers.empty(len(texts))
    for row, text in enumerate(texts):
        labels, masses = model.predict(words(text), k=WIDTH)
        found = [taxonomy.index[label.removeprefix(_PREFIX)] for label in labels]
        answers.nodes[row, : len(found)] = found
        answers.masses[row, : len(found)] = masses / masses.sum() if len(found) else 0.0
    return answers
