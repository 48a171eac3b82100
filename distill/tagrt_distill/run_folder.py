"""Whose a run folder is: one recipe, one tree, one set of rows; anything else must not resume in it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from pathlib import Path

from tagrt.bundle import Bundle
from tagrt.errors import UsageError
from tagrt.taxonomy import Taxonomy
from tagrt_distill.corpus.prepare import Corpus
from tagrt_distill.recipe import Recipe

RUN = "run.json"


def fingerprint(recipe: Recipe, taxonomy: Taxonomy, corpus: Corpus, parent: Bundle | None = None) -> str:
    """Return a hash over everything that decides a run."""
    digest = hashlib.sha256(json.dumps(asdict(recipe), sort_keys=True).encode())
    digest.update(taxonomy.dump().encode())
    if parent:
        digest.update(json.dumps(parent.manifest.files, sort_keys=True).encode())
    for part in (corpus.train, corpus.validation, corpus.unlabelled):
        for row in part:
            digest.update(f"{row.source}\t{row.product}\t{row.tags}\n".encode("utf-8", "replace"))
    return digest.hexdigest()


def claim(folder: Path, found: str) -> None:
    """Write the fingerprint into a new run folder, or check that of an earlier call.

    Raises:
        UsageError: If the folder belongs to a run with another recipe or other rows.
    """
    path = folder / RUN
    if not path.is_file():
        path.write_text(json.dumps({"fingerprint": found}) + "\n", encoding="utf-8")
    elif json.loads(path.read_text(encoding="utf-8")).get("fingerprint") != found:
        raise UsageError(
            f"{folder} holds a run with another recipe or other rows: choose another --output, or delete it"
        )
