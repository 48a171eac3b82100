"""What people corrected, among the rows of a run: it outweighs what other rows say of the same text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from tagrt.errors import InputFileError
from tagrt.taxonomy import Taxonomy
from tagrt_distill.corpus.clean import clean, match_key
from tagrt_distill.corpus.prepare import Corpus
from tagrt_distill.corpus.row import ColumnNames, Row, read_rows
from tagrt_distill.recipe import Recipe

SOURCE = "corrections"
"""Source of these rows in reports and recipes."""

REPEAT = 4
"""Times that a correction is passed over in one epoch where the recipe does not say otherwise."""


def read_corrections(files: Iterable[Path]) -> list[Row]:
    """Read what ``tagrt corrections export`` wrote; of equal texts the last counts.

    Raises:
        InputFileError: If a file cannot be read or a row has no tag.
    """
    found: dict[str, Row] = {}
    for file in files:
        for row in read_rows(file, ColumnNames()):
            if not row.tags:
                raise InputFileError(f"{file}: '{row.product.title}' has no tag: complete or remove the row")
            found[match_key(row.product.title)] = replace(row, source=SOURCE)
    return [row for key, row in found.items() if key]


def with_corrections(corpus: Corpus, corrections: Sequence[Row], taxonomy: Taxonomy) -> Corpus:
    """Return a corpus that trains on corrections beside its earlier rows.

    Texts that people corrected leave the other rows, labelled or not. All corrections are trained on, none is
    held out; those that a dev set holds are left out as any other row would be.

    Args:
        corpus: Earlier rows, which are replayed.
        corrections: What people decided.
        taxonomy: The tree of the rows' tags.

    Raises:
        InputFileError: If a correction has a tag outside the tree.
    """
    for row in corrections:
        if row.tags[0] not in taxonomy.index:
            raise InputFileError(
                f"correction '{row.product.title}': tag '{row.tags[0]}' is not in the taxonomy of the rows"
            )
    kept = clean(corrections, [row for rows in corpus.dev.values() for row in rows])
    told = {match_key(row.product.title) for row in kept}

    def others(rows: list[Row]) -> list[Row]:
        return [row for row in rows if match_key(row.product.title) not in told]

    return replace(
        corpus,
        train=[*others(corpus.train), *kept],
        validation=others(corpus.validation),
        test=others(corpus.test),
        unlabelled=others(corpus.unlabelled),
    )


def repeating(recipe: Recipe) -> Recipe:
    """Return a recipe that passes over corrections several times an epoch."""
    repeat = {SOURCE: REPEAT, **recipe.corpus.repeat}
    licences = {SOURCE: "1: the shop's own", **recipe.licences}
    return replace(recipe, corpus=replace(recipe.corpus, repeat=repeat), licences=licences)
