"""A shop's own words over the taxonomy."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tagrt.errors import VocabularyError
from tagrt.taxonomy import Taxonomy
from tagrt.types import Decision, Tag, Tagging
from tagrt.vocabulary import Vocabulary

ROOT = Path(__file__).parents[2]
IDS = ("food", "food/tea", "food/coffee", "food/bread", "home", "home/towels")
TREE = Taxonomy(IDS, ("", "food", "food", "food", "", "home"), IDS, IDS)
MASSES = np.array([0.9, 0.5, 0.3, 0.1, 0.1, 0.1], dtype=np.float32)


def tagging(node_id: str, taxonomy: Taxonomy = TREE) -> Tagging:
    nodes = taxonomy.path(taxonomy.index[node_id])
    tags = tuple(
        Tag(taxonomy.ids[n], taxonomy.en[n], taxonomy.zh[n], 0.9 - 0.1 * i) for i, n in enumerate(nodes)
    )
    return Tagging(tags, tags, Decision.AUTO)


def vocabulary(folder: Path, text: str) -> Vocabulary:
    path = folder / "vocabulary.toml"
    path.write_text(text, encoding="utf-8")
    return Vocabulary.load(path, TREE)


@pytest.mark.parametrize(
    ("node_id", "name"),
    [
        ("electronics/computers", "电子产品"),
        ("electronics/communications/phones/mobile-phones", "通信设备"),
        ("apparel/shoes", "服饰"),
        ("apparel/clothing/socks", "日用品"),
    ],
)
def test_the_seed_vocabulary_names_the_four_seed_items(node_id: str, name: str) -> None:
    taxonomy = Taxonomy.load(ROOT / "distill/tagrt_distill/taxonomy/taxonomy.tsv")
    shop = Vocabulary.load(ROOT / "examples/seed_vocabulary.toml", taxonomy)
    assert [tag.zh for tag in shop.apply(tagging(node_id, taxonomy)).path] == [name]


def test_only_the_decided_path_changes(tmp_path: Path) -> None:
    shop = vocabulary(tmp_path, '[[tag]]\nname = "热饮 Hot"\ncovers = ["food/tea"]')
    before = tagging("food/tea")
    after = shop.apply(before)
    assert after.path == (Tag("shop:热饮-hot", "热饮 Hot", "热饮 Hot", before.path[1].probability),)
    assert (after.guess, after.decision, after.reason) == (before.guess, before.decision, before.reason)


@pytest.mark.parametrize("node_id", ["food", "home/towels"])
def test_a_path_under_no_entry_keeps_the_taxonomys_tags(tmp_path: Path, node_id: str) -> None:
    shop = vocabulary(tmp_path, '[[tag]]\nname = "Tea"\ncovers = ["food/tea"]')
    assert shop.apply(tagging(node_id)) == tagging(node_id)


def test_a_product_without_tags_stays_without(tmp_path: Path) -> None:
    shop = vocabulary(tmp_path, '[[tag]]\nname = "Tea"\ncovers = ["food/tea"]')
    empty = Tagging((), (), Decision.REVIEW)
    assert shop.apply(empty) == empty


REGROUPED = """
[[tag]]
name = "Drinks"
[[tag]]
name = { en = "Hot drinks", zh = "热饮" }
covers = ["food/tea", "food/coffee"]
parent = "Drinks"
[[tag]]
name = "All food"
covers = ["food"]
"""


def test_parents_regroup_and_the_deepest_entry_wins(tmp_path: Path) -> None:
    shop = vocabulary(tmp_path, REGROUPED)
    path = shop.apply(tagging("food/tea")).path
    assert [tag.id for tag in path] == ["shop:drinks", "shop:drinks/hot-drinks"]
    assert [tag.probability for tag in path] == pytest.approx([0.8, 0.8])
    assert [tag.id for tag in shop.apply(tagging("food/bread")).path] == ["shop:all-food"]


def test_masses_sum_a_group_of_siblings(tmp_path: Path) -> None:
    shop = vocabulary(tmp_path, REGROUPED)
    path = shop.apply(tagging("food/tea"), MASSES).path
    assert [tag.probability for tag in path] == pytest.approx([0.8, 0.8])
    assert shop.apply(tagging("food/bread"), MASSES).path[0].probability == pytest.approx(0.9)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[[tag]]\nname = "Tea"\ncovers = ["food/tee"]', r"number 1 \('Tea'\).*'food/tee'.*'food/tea'"),
        ('[[tag]]\nname = "Tea"\ncovers = ["food/tea"]\nparent = "Drink"', r"unknown parent 'Drink'"),
        ('[[tag]]\nname = "Tea"\ncover = ["food/tea"]', r"unknown key 'cover'; did you mean 'covers'"),
        ('[[tags]]\nname = "Tea"', r"unknown key 'tags'; did you mean 'tag'"),
        ('[[tag]]\nname = "Tea"', r"covers nothing"),
        ('[[tag]]\ncovers = ["food/tea"]', r"'name' must be"),
        ('[[tag]]\nname = "!"\ncovers = ["food/tea"]', r"at least one letter"),
        ('[[tag]]\nname = "Tea"\ncovers = "food/tea"', r"must be a list"),
        (
            '[[tag]]\nname = "A"\ncovers = ["food"]\n[[tag]]\nname = "B"\ncovers = ["food"]',
            "already covered by 'A'",
        ),
        (
            '[[tag]]\nname = "A b"\ncovers = ["food"]\n[[tag]]\nname = "a-B"\ncovers = ["home"]',
            "id 'shop:a-b'",
        ),
        ('[[tag]]\nname = "A"\ncovers = ["food"]\nparent = "A"', "leads back to itself"),
        ("[[tag", "not a TOML file"),
        ("", r"at least one \[\[tag\]\]"),
    ],
)
def test_a_wrong_file_is_refused_with_what_to_mend(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(VocabularyError, match=message) as caught:
        vocabulary(tmp_path, text)
    assert "vocabulary.toml" in str(caught.value)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(VocabularyError, match="cannot read"):
        Vocabulary.load(tmp_path / "none.toml", TREE)
