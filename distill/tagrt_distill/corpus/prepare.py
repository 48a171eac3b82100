"""A corpus folder or a single file of rows, made ready for training."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from tagrt.errors import InputFileError
from tagrt.taxonomy import Taxonomy
from tagrt_distill.corpus.caps import cap
from tagrt_distill.corpus.clean import clean
from tagrt_distill.corpus.row import Row, read_rows, source_name
from tagrt_distill.corpus.split import split
from tagrt_distill.recipe import Recipe


@dataclass(frozen=True, slots=True)
class Corpus:
    """Rows by use.

    Attributes:
        train: Labelled rows to train on.
        validation: Labelled rows for early stopping and calibration.
        test: Labelled rows of the training shops, never trained on.
        unlabelled: Rows for the teacher to label, rows capped away included.
        dev: Rows of shops that are not in training, by source.
    """

    train: list[Row]
    validation: list[Row]
    test: list[Row]
    unlabelled: list[Row]
    dev: dict[str, list[Row]]


def prepare(folder: Path, taxonomy: Taxonomy, recipe: Recipe, more: Iterable[Row] = ()) -> Corpus:
    """Read ``train/`` and ``dev/`` below a corpus folder.

    Args:
        folder: The corpus folder.
        taxonomy: The tree of its tags.
        recipe: What is left out, capped and split off.
        more: Further rows, such as unlabelled ones.

    Raises:
        InputFileError: If the folder holds no training files or a row has a tag outside the taxonomy.
    """
    files = sorted((folder / "train").glob("*.jsonl*"))
    if not files:
        raise InputFileError(
            f"{folder}: no train/*.jsonl.gz files: give the folder that holds train/ and dev/"
        )
    rows = [r for f in files if source_name(f) not in recipe.corpus.exclude for r in read_rows(f)]
    dev = {source_name(f): list(read_rows(f)) for f in sorted((folder / "dev").glob("*.jsonl*"))}
    return assemble([*rows, *more], dev, taxonomy, recipe)


def assemble(rows: Sequence[Row], dev: dict[str, list[Row]], taxonomy: Taxonomy, recipe: Recipe) -> Corpus:
    """Check, clean, split and cap rows."""
    for row in rows:
        for tag in row.tags:
            if tag not in taxonomy.index:
                raise InputFileError(f"source '{row.source}': tag '{tag}' is not in the taxonomy")
    held_out = [row for source in dev.values() for row in source]
    kept = clean((r for r in rows if r.tags), held_out)
    parts = split(kept, recipe.corpus.validation, recipe.corpus.test, recipe.seed)
    train, dropped = cap(parts.train, recipe.corpus.per_tag_and_source, recipe.corpus.per_source, recipe.seed)
    validation = _like_training(parts.validation, recipe.corpus.validation, recipe)
    test = _like_training(parts.test, recipe.corpus.test, recipe)
    free = clean((r for r in rows if not r.tags), [*held_out, *parts.validation, *parts.test])
    limits = {source: recipe.corpus.unlabelled_default for source in {r.source for r in rows}}
    texts = [replace(row, tags=()) for row in (*free, *dropped)]
    unlabelled, _ = cap(texts, len(texts), {**limits, **recipe.corpus.unlabelled}, recipe.seed)
    return Corpus(train, validation, test, unlabelled, dev)


def _like_training(rows: list[Row], share: float, recipe: Recipe) -> list[Row]:
    """Cap a split as training is capped, in proportion, so that no source drowns the others there either."""

    def scaled(limit: int) -> int:
        return max(1, round(limit * share))

    per_source = {source: scaled(limit) for source, limit in recipe.corpus.per_source.items()}
    kept, _ = cap(rows, scaled(recipe.corpus.per_tag_and_source), per_source, recipe.seed)
    return kept
