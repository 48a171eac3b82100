"""The project's own labelled names: what clerks and shops call the products of each tag.

Rows of real shops are short of plain words and of many brands. The names were written tag by tag with a
language model's help and without sight of the dev sets; texts that the dev sets hold all the same are dropped
by `tagrt_distill.corpus.clean`. One file per root of the taxonomy, one line per tag and language::

    tag<TAB>language<TAB>name | name | ...
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import resources
from pathlib import Path

from tagrt.errors import InputFileError
from tagrt.types import Product
from tagrt_distill.corpus.row import Row

SOURCE = "everyday"
BETWEEN = " | "


def everyday_rows(folder: Path | None = None) -> Iterator[Row]:
    """Read the names.

    Args:
        folder: Folder of ``*.tsv`` files; by default the one in the package.

    Yields:
        One labelled row per name.

    Raises:
        InputFileError: If a line has not three columns.
    """
    folder = folder or Path(str(resources.files("tagrt_distill.taxonomy"))) / SOURCE
    for path in sorted(folder.glob("*.tsv")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            columns = line.split("\t")
            if len(columns) != 3:
                raise InputFileError(
                    f"{path}:{number}: {len(columns)} columns where tag, language and names belong"
                )
            tag, lang, names = columns
            for name in names.split(BETWEEN):
                yield Row(Product(name), (tag,), SOURCE, lang)
