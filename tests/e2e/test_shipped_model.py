"""The model inside the package: it loads, it is small, and it does what the README shows."""

import csv
import multiprocessing
import subprocess
import sys
from pathlib import Path

import onnx
import pytest

from tagrt import Decision, Language, Product, Reason, Tagger
from tagrt.bundle import Bundle
from tagrt.errors import UsageError
from tagrt_export.quantize import large_float_weights

EXAMPLES = Path(__file__).parents[2] / "examples"
BARE_NAMES = Path(__file__).with_name("bare_names.tsv")
TAGRT = [sys.executable, "-m", "tagrt"]


@pytest.fixture(scope="module")
def tagger() -> Tagger:
    return Tagger.load()


def test_the_bundle_is_at_most_16_megabytes() -> None:
    bundle = Bundle.load()
    assert sum(file.stat().st_size for file in bundle.path.iterdir()) <= 16_000_000


def test_every_large_weight_is_int8() -> None:
    assert large_float_weights(onnx.load(Bundle.load().path / "model.onnx")) == []


def test_the_manifest_keeps_what_the_export_promised() -> None:
    manifest = Bundle.load().manifest
    assert manifest.quantization["fp32_max_logit_difference"] <= 1e-3
    assert manifest.quantization["macro_hf1_lost"] <= 0.005
    assert {"instacart", "hk-pricewatch"}.isdisjoint(source["name"] for source in manifest.sources)


@pytest.mark.parametrize(
    ("title", "root"),
    [
        ("电脑", "electronics"),
        ("手机", "electronics"),
        ("鞋子", "apparel"),
        ("袜子", "apparel"),
        ("酱油", "food"),
        ("USB-C charger 65W", "electronics"),
        ("running shoes", "apparel"),
        ("chocolate cookies 200g", "food"),
    ],
)
def test_everyday_names_find_their_root(tagger: Tagger, title: str, root: str) -> None:
    assert tagger.tag(title).guess[0].id == root


def test_the_seed_vocabulary_gives_the_shops_own_words() -> None:
    tagger = Tagger.load(vocabulary=EXAMPLES / "seed_vocabulary.toml")
    taggings = list(tagger.tag_many(["电脑", "手机", "鞋子", "袜子"]))
    assert [t.tag.zh if t.tag else None for t in taggings] == ["电子产品", "通信设备", "服饰", "日用品"]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_bare_everyday_names_find_their_second_level(tagger: Tagger, lang: str) -> None:
    with BARE_NAMES.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file, delimiter="\t") if row["lang"] == lang]
    guesses = [tagging.guess[:2][-1].id for tagging in tagger.tag_many([row["name"] for row in rows])]
    wrong = {r["name"]: g for r, g in zip(rows, guesses, strict=True) if g != r["tag"]}
    assert len(rows) == 150 and len(wrong) <= 7, wrong


def test_path_is_the_sure_part_of_the_guess(tagger: Tagger) -> None:
    for tagging in tagger.tag_many(["纯棉短袖T恤 男", "zzzz qqqq", "Nescafe instant coffee 100g", "x"]):
        assert tagging.guess[: len(tagging.path)] == tagging.path
        if tagging.decision is Decision.AUTO:
            assert tagging.path[-1].probability >= tagger.bundle.manifest.threshold


def test_brand_and_description_are_read(tagger: Tagger) -> None:
    bare, full = tagger.tag_many(
        [Product("Mate 60"), Product("Mate 60", description="5G smartphone, dual SIM")]
    )
    assert bare.guess != full.guess


def test_the_readme_command_tags_the_example_catalogue(tmp_path: Path) -> None:
    source = tmp_path / "catalog.csv"
    source.write_bytes((EXAMPLES / "catalog.csv").read_bytes())
    done = subprocess.run([*TAGRT, "run", str(source), "--lang", "zh"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    with source.open(encoding="utf-8", newline="") as file:
        before = list(csv.DictReader(file))
    with (tmp_path / "catalog.tagged.csv").open(encoding="utf-8-sig", newline="") as file:
        after = list(csv.DictReader(file))
    assert [{k: row[k] for k in before[0]} for row in after] == before
    assert sum(row["decision"] == "auto" for row in after) > len(after) // 3
    assert any(row["tag_path"].startswith("电子产品") for row in after)


def test_names_follow_the_language(tagger: Tagger) -> None:
    (tag, *_) = tagger.tag("手机").guess
    assert (tag.name(Language.EN), tag.name(Language.ZH)) == ("Electronics", "电子产品")
    assert tag.name(Language.BOTH) == "Electronics / 电子产品"


def test_a_forked_child_tags_with_threads_of_its_own(tagger: Tagger) -> None:
    titles = [f"green tea {n}" for n in range(600)]
    expected = [t.guess[-1].id for t in tagger.tag_many(titles)]
    with multiprocessing.get_context("fork").Pool(1) as pool:
        found = pool.apply_async(_best_ids, (tagger, titles)).get(timeout=60)
    assert found == expected


def _best_ids(tagger: Tagger, titles: list[str]) -> list[str]:
    return [t.guess[-1].id for t in tagger.tag_many(titles)]


def test_no_title_is_never_tagged_from_other_fields(tagger: Tagger) -> None:
    for product in (Product("", brand="Nike"), Product(" ", category="shoes"), ""):
        assert tagger.tag(product).reason is Reason.EMPTY_TITLE
        assert tagger.candidates(product) == []


def test_one_text_is_not_taken_for_a_list_of_letters(tagger: Tagger) -> None:
    with pytest.raises(UsageError, match="several products"):
        list(tagger.tag_many("phone"))


def test_languages_may_be_given_as_text(tagger: Tagger) -> None:
    tagging = tagger.tag("手机")
    assert tagging.path_text("zh") == tagging.path_text(Language.ZH) != tagging.path_text("en")  # type: ignore[arg-type]


def test_a_tag_can_lead_the_candidates_whatever_its_probability(tagger: Tagger) -> None:
    plain = [path[-1].id for path in tagger.candidates("green tea 250g", 5)]
    assert "electronics" not in plain
    led = [path[-1].id for path in tagger.candidates("green tea 250g", 5, "electronics")]
    assert led == ["electronics", *plain[:4]]
    moved = [path[-1].id for path in tagger.candidates("green tea 250g", 5, plain[2])]
    assert moved == [plain[2], *plain[:2], *plain[3:]]
    assert [p[-1].id for p in tagger.candidates("green tea 250g", 5, "no/such/tag")] == plain
