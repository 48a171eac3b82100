"""Tags that a shop's people need and the model has not: kept, named, shown, and never taken for others."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from tagrt import Tagger
from tagrt.cli.main import main
from tagrt.errors import UsageError
from tagrt.inference.decide import Decider
from tagrt.inference.decode import Decoder, leaf_probabilities
from tagrt.store import Store
from tagrt.store.new_tags import new_tags
from tagrt.taxonomy import Taxonomy
from tagrt.taxonomy.grow import Names, grew_out_of, grown, missing, names_of
from tagrt.taxonomy.names import TagNames
from tagrt.taxonomy.search import TagSearch

TREE = Taxonomy(
    ["food", "food/tea", "food/cake", "toys"], ["", "food", "food", ""],
    ["Food", "Tea", "Cake", "Toys"], ["食品", "茶", "蛋糕", "玩具"],
)  # fmt: skip
BUBBLE, PIES = "food/tea/bubble-tea", "food/pies"
LARGER = grown(TREE, {BUBBLE: Names("Bubble Tea", "奶茶"), PIES: Names("Pies", "派")})


def test_a_tree_grows_behind_its_own_numbers() -> None:
    assert LARGER.ids == (*TREE.ids, BUBBLE, PIES, "food/tea/*")
    assert grew_out_of(LARGER, TREE) and not grew_out_of(TREE, LARGER)
    node = LARGER.index["food"]
    leaves = LARGER.leaves[LARGER.leaf_start[node] : LARGER.leaf_stop[node]]
    assert [LARGER.ids[leaf] for leaf in leaves] == [BUBBLE, "food/tea/*", "food/cake", PIES]
    assert Taxonomy.parse(LARGER.dump(), "copy").hash == LARGER.hash
    again = grown(LARGER, {"food/tea/iced": Names("Iced", "冰茶")})
    assert list(again.ids).count("food/tea/*") == 1, "a tag has one rest, however often it gets children"


def test_a_new_tag_with_rows_and_children_has_a_rest_too() -> None:
    tags = {"toys/robots": Names("Robots", "r"), "toys/robots/dogs": Names("Dogs", "d")}
    assert "toys/robots/*" in grown(TREE, tags, ["toys/robots", "toys/robots/dogs"]).ids
    assert "toys/robots/*" not in grown(TREE, tags, ["toys/robots/dogs"]).ids


def test_a_tag_is_new_only_below_a_known_one() -> None:
    assert missing("toys/robots/dogs", TREE.ids) == ["toys/robots", "toys/robots/dogs"]
    with pytest.raises(UsageError, match=r"'fod/tea' is new and no tag above it .*nearest: 'food/tea'"):
        missing("fod/tea", TREE.ids)
    for wrong in ("food/Ice cream", "food//x", "food/*", "food/x/"):
        with pytest.raises(UsageError, match="is no part of an id"):
            missing(wrong, TREE.ids)
    assert names_of("a/bubble-tea") == Names("Bubble Tea", "Bubble Tea")
    assert names_of("a/奶茶") == Names("奶茶", "奶茶")
    assert names_of("a/bubble-tea", zh="奶茶") == Names("Bubble Tea", "奶茶")


def test_where_the_rest_is_likeliest_its_tag_is_the_guess() -> None:
    logits = np.zeros((2, len(LARGER)), np.float32)
    logits[0, LARGER.index["food/tea/*"]] = logits[1, LARGER.index[BUBBLE]] = 9.0
    leaves = leaf_probabilities(logits, LARGER, 1.0)
    decider, decoder = Decider(LARGER, 0.8), Decoder(LARGER)
    tea, bubble = decider.decide(decoder.decode_leaves(leaves))
    assert (tea.best.id, tea.tag.id) == ("food/tea", "food/tea")  # type: ignore[union-attr]
    assert bubble.tag and bubble.tag.id == BUBBLE
    assert [decider.decide_one(decoder.one(row)) for row in leaves] == [tea, bubble]


def test_a_rest_has_no_name_and_is_not_found() -> None:
    names = TagNames(LARGER)
    assert names.find("Tea") == "food/tea" and "food/tea/*" not in names.ids
    with pytest.raises(UsageError):
        names.find("food/tea/*")
    assert [LARGER.ids[node] for node in TagSearch(LARGER).find("tea")] == ["food/tea", BUBBLE]


BOBA = "food/drinks/tea/boba"


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    stock = tmp_path / "stock.csv"
    stock.write_text("sku,title\n1,Qoomi boba pearls drink\n2,Qoomi boba brown sugar\n3,HDMI cable 2m\n")
    assert main(["update", str(stock), "--store", str(tmp_path / "shop.db"), "--quiet"]) == 0
    return tmp_path / "shop.db"


def tags(shop: Path) -> dict[str, tuple[str, str]]:
    with Store(shop) as store:
        rows = store.query("SELECT key, tag, decision FROM products")
    return {key: (tag, decision) for key, tag, decision in rows}


def test_a_person_adds_a_tag_that_the_model_has_not(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store, folder = ["--store", str(shop)], shop.parent
    assert main(["correct", "1", BOBA, "--new-tag", "Boba", "波霸奶茶", "--who", "mei", *store]) == 0
    assert f"1: Boba / 波霸奶茶 ({BOBA})" in capsys.readouterr().err
    assert main(["correct", "2", "波霸奶茶", *store]) == 0, "it is named like any other"
    assert tags(shop)["key:1"] == tags(shop)["key:2"] == (BOBA, "human")

    whole = folder / "tagged.csv"
    assert main(["update", str(folder / "stock.csv"), *store, "--output", str(whole), "--quiet"]) == 0
    assert tags(shop)["key:1"] == (BOBA, "human")
    ran = folder / "ran.csv"
    assert main(["run", str(folder / "stock.csv"), *store, "--output", str(ran), "--quiet"]) == 0
    for path in (whole, ran):
        with path.open(encoding="utf-8-sig", newline="") as file:
            first, _, cable = csv.DictReader(file)
        assert (first["tag_id"], first["tag"], first["decision"]) == (BOBA, "Boba", "human")
        assert first["tag_path"].endswith("> Tea > Boba")
        assert "/cables/" in cable["tag_id"]

    edited = folder / "edited.csv"
    edited.write_text(f"sku,title,correct_tag\n3,HDMI cable 2m,boba\n2,Qoomi boba brown sugar,{BOBA}\n")
    assert main(["correct", "--from", str(edited), *store]) == 0
    assert tags(shop)["key:3"] == (BOBA, "human")

    rows = folder / "rows.jsonl"
    assert main(["corrections", "export", str(rows), *store]) == 0
    told = [json.loads(line) for line in rows.read_text(encoding="utf-8").splitlines()]
    assert {(row["tag"], row["tag_en"], row["tag_zh"]) for row in told} == {(BOBA, "Boba", "波霸奶茶")}
    assert main(["correct", "3", "HDMI", *store]) == 2
    assert main(["correct", "3", BOBA, "--new-tag", "Other", "其他", *store]) == 2, "it has its names"
    assert main(["correct", "3", BOBA, "--new-tag", "Boba", "波霸奶茶", *store]) == 0


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["1", "food/drinks/tea", "--new-tag", "Tea", "茶"], "the model has the tag"),
        (["1", "gadgets/boba", "--new-tag", "Boba", "奶茶"], "no tag above it is known"),
        (["1", "food/drinks/tea/Boba Tea", "--new-tag", "Boba", "奶茶"], "is no part of an id"),
        (["9", BOBA, "--new-tag", "Boba", "奶茶"], "no product has the key '9'"),
        (["--from", "x.csv", "--new-tag", "Boba", "奶茶"], "--new-tag goes with KEY and TAG"),
        (["1", BOBA], "--new-tag ENGLISH"),
    ],
)
def test_what_is_no_new_tag_is_refused_and_leaves_none(
    shop: Path, words: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    before = tags(shop)
    assert main(["correct", *words, "--store", str(shop)]) in (2, 3)
    assert message in capsys.readouterr().err
    with Store(shop) as store:
        assert new_tags(store) == {}
    assert tags(shop) == before


def test_a_new_tag_stands_in_the_shops_words_above_it(shop: Path) -> None:
    words = shop.parent / "shop.toml"
    words.write_text('[[tag]]\nname = "Leaves"\ncovers = ["food/drinks/tea"]\n')
    tagger = Tagger.load(vocabulary=words)
    found = tagger.corrected(tagger.tag("Qoomi"), BOBA, new={BOBA: Names("Boba", "奶茶")})
    assert found.path_text() == "Leaves" and found.decision.value == "human"


def test_a_tag_of_a_later_model_stands_before_an_earlier_one(shop: Path) -> None:
    with Store(shop) as store:
        store.correct("1", "food/drinks/milk/goat-milk", "mei")  # as with a bundle that has the tag
    ran = shop.parent / "ran.csv"
    command = ["run", str(shop.parent / "stock.csv"), "--store", str(shop), "--output", str(ran), "--quiet"]
    assert main(command) == 0
    with ran.open(encoding="utf-8-sig", newline="") as file:
        first = next(csv.DictReader(file))
    assert (first["tag_id"], first["decision"]) == ("food/drinks/milk/goat-milk", "human")
    assert first["tag_path"].endswith("> Milk > Goat Milk")
