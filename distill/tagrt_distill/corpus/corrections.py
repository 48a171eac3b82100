"""What people corrected, among the rows of a run: it outweighs what other rows say of the same text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from tagrt.errors import InputFileError, UsageError
from tagrt.taxonomy import Taxonomy
from tagrt.taxonomy.grow import Names, missing, names_of
from tagrt_distill.corpus.clean import clean, match_key
from tagrt_distill.corpus.prepare import Corpus
from tagrt_distill.corpus.row import ColumnNames, Row, read_records
from tagrt_distill.recipe import Recipe

SOURCE = "corrections"
"""Source of these rows in reports and recipes."""

REPEAT = 4
"""Times that a correction is passed over in one epoch where the recipe does not say otherwise."""


class Told(NamedTuple):
    """What a person said of a product.

    Attributes:
        row: The product with the person's tag.
        where: File and line, for error messages.
        en: English name of the tag, where the file gives one.
        zh: Chinese name of the tag, where the file gives one.
    """

    row: Row
    where: str = ""
    en: str = ""
    zh: str = ""


def read_corrections(files: Iterable[Path]) -> list[Told]:
    """Read what ``tagrt corrections export`` wrote; of equal texts the last counts.

    Raises:
        InputFileError: If a file cannot be read or a row has no tag.
    """
    found: dict[str, Told] = {}
    for file in files:
        for where, record, row in read_records(file, ColumnNames()):
            if not row.tags:
                raise InputFileError(f"{where}: '{row.product.title}' has no tag: complete or remove the row")
            en, zh = (str(record.get(name) or "") for name in ("tag_en", "tag_zh"))
            found[match_key(row.product.title)] = Told(replace(row, source=SOURCE), where, en, zh)
    return [told for key, told in found.items() if key]


def new_tags(told: Iterable[Told], taxonomy: Taxonomy) -> dict[str, Names]:
    """Return the tags that people use and a tree has not, each after those above it.

    Args:
        told: What people said; of several names for a tag the last counts.
        taxonomy: The tree.

    Raises:
        InputFileError: If nothing above a tag is in the tree.
    """
    known, found = set(taxonomy.ids), dict[str, Names]()
    for row, where, en, zh in told:
        tag = row.tags[0]
        try:
            above = [] if tag in known else missing(tag, known)
        except UsageError as error:
            raise InputFileError(f"{where}: {error}") from error
        known.update(above)
        found.update((one, names_of(one)) for one in above)
        if tag in found and (en or zh):
            found[tag] = names_of(tag, en, zh)
    return found


def with_corrections(corpus: Corpus, corrections: Sequence[Row]) -> Corpus:
    """Return a corpus that trains on corrections beside its earlier rows.

    Texts that people corrected leave the other rows, labelled or not. All corrections are trained on, none is
    held out; those that a dev set holds are left out as any other row would be.

    Args:
        corpus: Earlier rows, which are replayed.
        corrections: What people decided.
    """
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


def rested(corpus: Corpus, taxonomy: Taxonomy) -> Corpus:
    """Return a corpus whose labels mean what they meant when they were given.

    A row of a tag that has got children since goes under the rest of that tag. Else it would say 'somewhere
    below', and all products of the tag would fall to its new children.
    """

    def at_rest(row: Row) -> Row:
        rest = taxonomy.rests.get(taxonomy.index[row.tags[0]])
        return row if rest is None else replace(row, tags=(taxonomy.ids[rest], *row.tags[1:]))

    if not taxonomy.rests:
        return corpus
    train, validation = ([at_rest(row) for row in rows] for rows in (corpus.train, corpus.validation))
    return replace(corpus, train=train, validation=validation)


def repeating(recipe: Recipe) -> Recipe:
    """Return a recipe that passes over corrections several times an epoch."""
    repeat = {SOURCE: REPEAT, **recipe.corpus.repeat}
    licences = {SOURCE: "1: the shop's own", **recipe.licences}
    return replace(recipe, corpus=replace(recipe.corpus, repeat=repeat), licences=licences)
