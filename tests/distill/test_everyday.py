"""The project's own names as training rows."""

from pathlib import Path

import pytest

from tagrt.errors import InputFileError
from tagrt_distill.corpus.everyday import SOURCE, everyday_rows
from tagrt_distill.taxonomy.from_paths import project_taxonomy


def test_every_name_has_a_tag_of_the_taxonomy_and_none_is_twice_under_unrelated_tags() -> None:
    taxonomy = project_taxonomy()
    tags: dict[str, set[str]] = {}
    for row in everyday_rows():
        assert row.tags[0] in taxonomy.index and row.lang in ("en", "zh") and row.source == SOURCE
        name = row.product.title
        assert name == name.strip() and 0 < len(name) <= 140 and "\t" not in name
        tags.setdefault(name.lower(), set()).add(row.tags[0])
    twice = [name for name, found in tags.items() if len(found) > 1 and not _one_branch(found)]
    assert len(tags) > 10_000 and not twice


def _one_branch(tags: set[str]) -> bool:
    deepest = max(tags, key=len)
    return all(f"{deepest}/".startswith(f"{tag}/") for tag in tags)


def test_a_line_gives_one_row_per_name(tmp_path: Path) -> None:
    (tmp_path / "food.tsv").write_text(
        "food/tea\ten\tgreen tea | oolong\nfood/tea\tzh\t绿茶\n", encoding="utf-8"
    )
    rows = list(everyday_rows(tmp_path))
    assert [(r.product.title, r.tags, r.lang) for r in rows] == [
        ("green tea", ("food/tea",), "en"),
        ("oolong", ("food/tea",), "en"),
        ("绿茶", ("food/tea",), "zh"),
    ]


def test_a_damaged_line_is_named(tmp_path: Path) -> None:
    (tmp_path / "food.tsv").write_text("food/tea\ten\tgreen tea\nfood/tea green tea\n", encoding="utf-8")
    with pytest.raises(InputFileError, match=r"food\.tsv:2"):
        list(everyday_rows(tmp_path))
