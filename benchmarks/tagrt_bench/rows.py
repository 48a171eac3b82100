"""The rows of a report, drawn once and kept: what every peer trains on, is judged by and timed on."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Sequence
from pathlib import Path

from tagrt.errors import InputFileError
from tagrt.text import product_text
from tagrt.types import Product
from tagrt_distill.corpus.row import Row, read_rows

TRAIN, DEV, TIMED = "train.jsonl", "dev", "timed.json"
TIMED_TITLES = 20_000
SEED = 13


def draw_rows(corpus: Path, most: int, work: Path) -> None:
    """Choose rows as recipe base does and write them into the work folder, unless they are there.

    Args:
        corpus: Folder with train/ and dev/.
        most: Training rows at most; all if 0.
        work: The work folder.

    Raises:
        InputFileError: If the corpus holds no rows, or none of shops.
    """
    if (work / TIMED).is_file():
        return
    from tagrt_distill.corpus.everyday import everyday_rows
    from tagrt_distill.corpus.prepare import prepare
    from tagrt_distill.recipe import load_recipe
    from tagrt_distill.taxonomy.from_paths import project_taxonomy

    ready = prepare(corpus, project_taxonomy(), load_recipe("base"), everyday_rows())
    rows = list(ready.train)
    random.Random(SEED).shuffle(rows)
    titles = [title for title in timed_titles(rows) if title][:TIMED_TITLES]
    if not titles:
        raise InputFileError(f"{corpus}: no titles of shops to measure speed by among the training rows")
    rows = rows[: most or None]
    write_rows(rows, work / TRAIN)
    (work / DEV).mkdir(exist_ok=True)
    for name, held_out in ready.dev.items():
        write_rows(held_out, work / DEV / f"{name}.jsonl")
    (work / TIMED).write_text(json.dumps(titles, ensure_ascii=False), encoding="utf-8")


def timed_titles(rows: Iterable[Row]) -> list[str]:
    """Return the distinct normalised titles of rows, less bare and translated names of categories."""
    shops = (row for row in rows if not row.source.endswith(("-names", "-names-xx", "everyday")))
    return list(dict.fromkeys(product_text(Product(row.product.title)) for row in shops))


def write_rows(rows: Iterable[Row], path: Path) -> None:
    """Write rows in the format of a corpus."""
    with path.open("w", encoding="utf-8") as file:
        for row in rows:
            product = row.product
            record = {
                "text": product.title, "brand": product.brand, "description": product.description,
                "category": product.category, "lang": row.lang, "tag": row.tags[0], "also_ok": row.tags[1:],
            }  # fmt: skip
            file.write(json.dumps(record, ensure_ascii=False) + "\n")


def read_training(work: Path) -> list[Row]:
    """Return the training rows."""
    return list(read_rows(work / TRAIN))


def read_dev(work: Path) -> dict[str, list[Row]]:
    """Return the rows of each dev set."""
    return {path.stem: list(read_rows(path)) for path in sorted((work / DEV).glob("*.jsonl"))}


def read_timed(work: Path) -> Sequence[str]:
    """Return the titles that speed is measured on."""
    titles: list[str] = json.loads((work / TIMED).read_text(encoding="utf-8"))
    return titles
