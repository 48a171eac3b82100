"""One call of `tagrt distill`: from its options to a finished run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from importlib import resources
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from tagrt.bundle import Bundle
from tagrt.errors import UsageError
from tagrt.taxonomy import Taxonomy
from tagrt.taxonomy.grow import grew_out_of, grown
from tagrt_distill.assistants.e5 import model_file
from tagrt_distill.assistants.ensemble import weights
from tagrt_distill.corpus.corrections import (
    Told,
    new_tags,
    read_corrections,
    repeating,
    rested,
    with_corrections,
)
from tagrt_distill.corpus.everyday import everyday_rows
from tagrt_distill.corpus.prepare import Corpus, assemble, prepare
from tagrt_distill.corpus.row import ColumnNames, Row, read_rows
from tagrt_distill.pipeline import Run
from tagrt_distill.recipe import Recipe, load_recipe
from tagrt_distill.student.from_bundle import taxonomy_of
from tagrt_distill.taxonomy.from_paths import from_paths, project_taxonomy


@dataclass(frozen=True, slots=True)
class Job:
    """What the user asked for; see `tagrt distill --help`."""

    recipe: str
    corpus: Path | None
    data: Path | None
    text: str
    tags: str
    separator: str
    init: str | None
    tune: str | None
    output: Path | None
    unlabelled: tuple[Path, ...] = ()
    parent: str | None = None
    corrections: tuple[Path, ...] = ()


def run_job(job: Job, say: Callable[[str], None], **trainer_arguments: Any) -> dict[str, Any]:
    """Read the rows, run every step and return the report.

    Raises:
        TagrtError: If rows, recipe or checkpoint do not fit.
    """
    recipe = _without_missing_assistant(_with_options(load_recipe(job.recipe), job), say)
    if "encoder" in weights(recipe) or recipe.student.feature_weight:
        model_file()  # so that a missing package is named before hours of training
    parent = _parent(job, recipe)
    rows_tree, corpus = _rows(job, recipe)
    taxonomy = _tree(rows_tree, parent, job)
    if job.corrections:
        recipe = repeating(recipe)
        told = read_corrections(job.corrections)
        taxonomy = _with_new_tags(taxonomy, told, say)
        corpus = with_corrections(corpus, [one.row for one in told])
    corpus = rested(corpus, taxonomy)
    if not corpus.train or not corpus.validation:
        raise UsageError("too few rows to split into training and validation: at least some 50 are needed")
    tags = len(taxonomy) - len(taxonomy.rests)
    say(f"{len(corpus.train)} training rows, {len(corpus.unlabelled)} unlabelled, {tags} tags")
    folder = job.output or Path("runs") / recipe.name
    report = Run(recipe, taxonomy, corpus, folder, say, parent).all(**trainer_arguments)
    return {**report, "folder": str(folder)}


def _parent(job: Job, recipe: Recipe) -> Bundle | None:
    """Return the bundle to go on from: the one inside the package is called `base`."""
    if job.parent:
        return Bundle.load(None if job.parent == "base" else job.parent)
    if "parent" in weights(recipe):
        raise UsageError(f"recipe {recipe.name} goes on from a bundle: give --from base or --from FOLDER")
    return None


def _tree(rows: Taxonomy, parent: Bundle | None, job: Job) -> Taxonomy:
    """Return the tree of the rows, or that of the bundle to go on from, which may have got more tags since.

    Raises:
        UsageError: If it has other ones.
    """
    if parent is None:
        return rows
    tree = taxonomy_of(parent)
    if not grew_out_of(tree, rows):
        raise UsageError(f"--from {job.parent}: the bundle has other tags than the rows: leave --from out")
    return tree


def _with_new_tags(taxonomy: Taxonomy, told: Sequence[Told], say: Callable[[str], None]) -> Taxonomy:
    """Return a tree with the tags of corrections that it lacked, and name them, for one may be a slip."""
    new = new_tags(told, taxonomy)
    labels = Counter(one.row.tags[0] for one in told)
    for tag, names in new.items():
        say(f"new tag {tag} ({names.en} / {names.zh}): {labels[tag]} rows")
    return grown(taxonomy, new, labels)


def _with_options(recipe: Recipe, job: Job) -> Recipe:
    teacher = recipe.teacher
    if job.init:
        teacher = replace(teacher, init=job.init)
    if job.tune:
        teacher = replace(teacher, tune=job.tune)
    return replace(recipe, teacher=teacher)


def _without_missing_assistant(recipe: Recipe, say: Callable[[str], None]) -> Recipe:
    if not recipe.assistants.ngram.weight or find_spec("fasttext"):
        return recipe
    say("fastText is not installed (it has no build for every Python): going on without the n-gram assistant")
    ngram = replace(recipe.assistants.ngram, weight=0.0)
    return replace(recipe, assistants=replace(recipe.assistants, ngram=ngram))


def _rows(job: Job, recipe: Recipe) -> tuple[Taxonomy, Corpus]:
    if job.corpus:
        taxonomy, columns = project_taxonomy(), ColumnNames(tags="")
        own = everyday_rows() if recipe.corpus.everyday else ()
        return taxonomy, prepare(job.corpus, taxonomy, recipe, [*own, *_unlabelled(job.unlabelled, columns)])
    data, columns = job.data, ColumnNames(text=job.text, tags=job.tags, category="")
    if data is None and job.corrections and recipe.corpus.everyday:
        taxonomy = project_taxonomy()
        free = _unlabelled(job.unlabelled, ColumnNames(tags=""))
        return taxonomy, assemble([*everyday_rows(), *free], {}, taxonomy, recipe)
    if data is None:
        if recipe.name != "smoke":
            raise UsageError("no rows: give --corpus FOLDER or --data FILE")
        data = Path(str(resources.files("tagrt_distill.recipes"))) / "smoke.csv"
    taxonomy, rows = from_paths(list(read_rows(data, columns)), job.separator)
    free = _unlabelled(job.unlabelled, replace(columns, tags=""))
    return taxonomy, assemble([*rows, *free], {}, taxonomy, recipe)


def _unlabelled(files: Iterable[Path], columns: ColumnNames) -> list[Row]:
    return [replace(row, tags=()) for file in files for row in read_rows(file, columns)]
