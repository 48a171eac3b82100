"""What stands over the model: corrected products are remembered, the shop's policy goes first and last."""

import csv
import dataclasses
import shutil
from pathlib import Path

import pytest

from tagrt import Tagger
from tagrt.bundle import Manifest
from tagrt.bundle.seal import seal
from tagrt.cli.main import main
from tagrt.errors import BundleError, PolicyError
from tagrt.memory import SIMILARITY, Memory, learn
from tagrt.memory.memory import Lesson
from tagrt.policy import Policy, shop_tagger
from tagrt.policy.hidden import Hidden
from tagrt.store import Store
from tagrt.types import Decision, Product, Reason, Tag, Tagging
from tagrt.vocabulary import Vocabulary

TAGGER = Tagger.load()
TAXONOMY = TAGGER.taxonomy
HERBAL, KNIVES = "food/drinks/tea/herbal", "home/kitchen"
COINED = Product("Zorblax deluxe 3000 gadget")
POLICY = """
[[rule]]
title = ["gift card", "礼品卡"]
brand = "Acme"
tag = "Herbal Tea"
reason = "our own cards"

[[review]]
tags = ["food/drinks/tea"]
reason = "caffeine: a person signs"

[[hide]]
words = ["coffee"]
reason = "not sold here"
"""


def policy(text: str = POLICY) -> Policy:
    return Policy(text, "policy.toml", TAXONOMY)


def test_a_product_like_a_corrected_one_takes_its_tag() -> None:
    memory = learn(TAGGER, [Lesson(COINED, HERBAL)])
    found = TAGGER.recalling(memory).tag(Product("Zorblax Deluxe 3000 gadget - RED"))
    assert found.tag and found.tag.id == HERBAL
    assert (found.decision, found.reason) == (Decision.AUTO, Reason.MEMORY)
    assert "Zorblax deluxe" in found.note
    plain = TAGGER.tag("Nescafe instant coffee 100g")
    assert TAGGER.recalling(memory).tag("Nescafe instant coffee 100g") == plain
    assert TAGGER.tag(COINED).reason is not Reason.MEMORY, "the model itself has learnt nothing"


def test_of_equal_texts_the_last_decision_counts_and_unlike_tags_are_not_mixed() -> None:
    memory = learn(TAGGER, [Lesson(COINED, KNIVES), Lesson(COINED, HERBAL)])
    (found,) = memory.recall(TAGGER.embed([COINED]))
    assert found and found.tag == HERBAL
    near = Product("Zorblax deluxe 3000 gadget XL")
    torn = learn(TAGGER, [Lesson(COINED, HERBAL), Lesson(COINED._replace(title=f"{COINED.title} L"), KNIVES)])
    lenient = Memory(torn.vectors, torn.lessons, 0.5)
    assert lenient.recall(TAGGER.embed([near])) == [None], "near ones that disagree say nothing"
    assert learn(TAGGER, [Lesson(COINED, "no/such/tag")]).lessons == ()


def test_a_pinned_rule_acts_before_the_model_and_is_shown_as_such() -> None:
    shop = shop_tagger(TAGGER, None)
    assert (shop.context, shop.fingerprint) == ("", TAGGER.fingerprint)
    pinned = policy().pin(Product("Acme GIFT CARD 50", brand="ACME"))
    assert pinned and (pinned.tag, pinned.note) == (HERBAL, "our own cards")
    assert policy().pin(Product("Acme gift card 50", brand="Other")) is None
    assert policy().pin(Product("gift cardigan", brand="Acme")) is None, "whole words only"
    assert policy().pin(Product("新年礼品卡100元", brand="acme"))


def test_the_example_policy_fits_the_shipped_tree() -> None:
    example = Policy.load(Path(__file__).parents[2] / "examples" / "policy.toml", TAXONOMY)
    pinned = example.pin(Product("Voltane Starter Kit 3", brand="voltane"))
    assert pinned and pinned.tag.endswith("/cables")
    assert example.judge(TAGGER.tag("Jack Daniel's Tennessee whiskey 700ml")).reason is Reason.POLICY


def test_tags_for_a_person_and_hidden_words(tmp_path: Path) -> None:
    path = tmp_path / "policy.toml"
    path.write_text(POLICY, encoding="utf-8")
    shop = shop_tagger(TAGGER, None, path)
    titles = ["Twinings green tea 100 bags", "Nescafe instant coffee 100g", "", "HDMI cable 2m"]
    products = [*map(Product, titles), Product("gift card", brand="Acme")]
    (found,) = shop.tag_chunks([products])
    tea, coffee, empty, cable, card = found
    assert (tea.decision, tea.reason) == (Decision.REVIEW, Reason.POLICY) and "a person signs" in tea.note
    assert coffee.reason is Reason.HIDDEN and "coffee" not in coffee.path_text().lower()
    assert coffee.best and coffee.best.id == "food/drinks", "nor is it the best guess"
    assert empty.reason is Reason.EMPTY_TITLE
    alone = TAGGER.tag("HDMI cable 2m")
    assert ([tag.id for tag in cable.path], *cable[2:]) == ([tag.id for tag in alone.path], *alone[2:])
    assert card.tag and card.tag.id == HERBAL and card.reason is Reason.POLICY, "pinned, and for a person"


def test_a_shops_own_words_are_left_to_a_person_too(tmp_path: Path) -> None:
    path = tmp_path / "shop.toml"
    path.write_text('[[tag]]\nname = "Leaves"\ncovers = ["food/drinks/tea"]\n')
    vocabulary = Vocabulary.load(path, TAXONOMY)
    tagger = Tagger.load(vocabulary=path)
    strict = Policy(POLICY, "policy.toml", TAXONOMY, vocabulary)
    remembered = tagger.recalling(learn(tagger, [Lesson(COINED, HERBAL)])).tag(COINED)
    assert remembered.path_text() == "Leaves"
    assert strict.judge(remembered).reason is Reason.POLICY


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "at least one"),
        ("x = ", "not a TOML file"),
        ("[[rules]]", r"unknown table 'rules'; did you mean 'rule'"),
        ('[[rule]]\ntag = "a"\nreason = "b"', "say what it fits"),
        ('[[rule]]\ntitle = "x"\ntag = "Herbal Tea"', r"\[\[rule\]\] number 1: 'reason' is missing"),
        ('[[rule]]\ntitle = "x"\ntag = "Herbl Tea"\nreason = "r"', "did you mean herbal tea"),
        ('[[review]]\ntags = "food/drnks"\nreason = "r"', "no tag is called 'food/drnks'"),
        ('[[hide]]\nwords = [1]\nreason = "r"', "must be a text or a list"),
        ('[[hide]]\nword = "x"\nreason = "r"', "did you mean 'words'"),
    ],
)
def test_a_wrong_policy_names_the_entry_and_the_fix(text: str, message: str) -> None:
    with pytest.raises(PolicyError, match=message):
        policy(text)


def test_a_store_keeps_policy_and_memory_for_later_updates(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stock, rules = tmp_path / "stock.csv", tmp_path / "policy.toml"
    rules.write_text('[[rule]]\ntitle = "HDMI"\ntag = "food/bakery"\nreason = "a joke"\n')
    rows = ["1,Zorblax deluxe 3000 gadget red", "2,Zorblax deluxe 3000 gadget blue", "3,HDMI cable 2m"]
    stock.write_text("\n".join(["sku,title", *rows]))
    store = ["--store", str(tmp_path / "shop.db")]
    assert main(["update", str(stock), *store, "--policy", str(rules), "--quiet"]) == 0
    assert main(["correct", "1", HERBAL, "--who", "mei", "--why", "tastes so", *store]) == 0
    capsys.readouterr()
    assert main(["update", str(stock), *store]) == 0
    out, err = capsys.readouterr()
    assert out.endswith(f"\t{HERBAL}\t1\n"), "the twin moved"
    assert "1 corrections remembered, policy" in err
    assert main(["update", str(stock), *store]) == 0
    assert "changes   none" in capsys.readouterr().err
    assert main(["audit", *store]) == 0
    told = {line.split("\t")[3]: line.split("\t") for line in capsys.readouterr().out.splitlines()[1:]}
    assert told["key:1"][1:3] == ["person", "mei"] and told["key:1"][6] == "tastes so"
    assert told["key:2"][1] == "memory" and "like 'Zorblax" in told["key:2"][6]
    assert told["key:3"][1] == "rule" and told["key:3"][6] == "a joke"
    assert main(["correct", "1", "--undo", *store]) == 0
    rules.write_text("")
    assert main(["update", str(stock), *store, "--policy", str(rules), "--quiet"]) == 0
    with Store(tmp_path / "shop.db") as opened:
        reasons = dict(opened.query("SELECT key, reason FROM products"))
    assert "memory" not in reasons.values() and "rule" not in reasons.values(), "what stood over it is gone"
    capsys.readouterr()
    assert main(["audit", "--log", "--by", "person", *store]) == 0
    decisions = [line.split("\t")[5] for line in capsys.readouterr().out.splitlines()[1:]]
    assert decisions == ["human", "undone"]


def test_a_hidden_word_is_shown_nowhere(tmp_path: Path) -> None:
    stock, rules, store_file = tmp_path / "stock.csv", tmp_path / "policy.toml", tmp_path / "shop.db"
    stock.write_text("sku,title\n1,Nescafe instant coffee 100g\n2,Jacobs ground coffee\n3,HDMI cable\n")
    store = ["--store", str(store_file)]
    assert main(["update", str(stock), *store, "--quiet"]) == 0
    assert main(["correct", "2", HERBAL, *store]) == 0
    rules.write_text('[[hide]]\nwords = "coffee"\nreason = "not sold here"\n')
    tagged, ran = tmp_path / "tagged.csv", tmp_path / "ran.csv"
    command = ["update", str(stock), *store, "--policy", str(rules), "--output", str(tagged), "--quiet"]
    assert main(command) == 0
    assert main(["run", str(stock), *store, "--output", str(ran), "--quiet"]) == 0
    assert main(["review", *store, "--export", str(tmp_path / "ask.csv")]) == 0
    for path in (tagged, ran, tmp_path / "ask.csv"):
        rows = list(csv.DictReader(path.open(encoding="utf-8-sig", newline="")))
        shown = [cell for row in rows for name, cell in row.items() if name not in ("title", "sku")]
        assert rows and not any("coffee" in cell.lower() for cell in shown), path
    with Store(store_file) as opened:
        assert opened.query("SELECT count(*) FROM products WHERE best LIKE '%coffee%'") == [(0,)]
        assert opened.query("SELECT tag, decision FROM products WHERE key = 'key:2'") == [(HERBAL, "human")]
        assert not any("coffee" in tag.id for path in _candidates(opened) for tag in path)
    assert main([*command[:4], "--quiet"]) == 0


def _candidates(store: Store) -> list[tuple[Tag, ...]]:
    return Hidden.of_store(store).among(TAGGER.candidates("Nescafe instant coffee 100g"))


def test_a_guess_that_is_hidden_still_goes_to_the_person_it_is_for() -> None:
    drinks = tuple(Tag(tag, tag, tag, 0.9) for tag in ("food", "food/drinks"))
    coffee = Tag("food/drinks/coffee", "Coffee", "咖啡", 0.5)
    strict = policy(POLICY.replace("food/drinks/tea", "food/drinks/coffee"))
    found = strict.judge(Tagging(drinks, (*drinks, coffee), Decision.AUTO))
    assert (found.decision, found.reason, found.guess) == (Decision.REVIEW, Reason.POLICY, drinks)
    assert "coffee" not in found.note


def test_a_kept_policy_says_which_vocabulary_it_needs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stock, words, rules = tmp_path / "stock.csv", tmp_path / "shop.toml", tmp_path / "policy.toml"
    stock.write_text("sku,title\n1,Twinings green tea\n")
    words.write_text('[[tag]]\nname = "Leaves"\ncovers = ["food/drinks/tea"]\n')
    rules.write_text('[[review]]\ntags = "Leaves"\nreason = "caffeine"\n')
    store = ["--store", str(tmp_path / "shop.db")]
    kept = ["update", str(stock), *store, "--vocabulary", str(words), "--quiet"]
    assert main([*kept, "--policy", str(rules)]) == 0
    for command in (["update", str(stock)], ["update"], ["run", str(stock)]):
        assert main([*command, *store, "--quiet"]) == 2
        said = capsys.readouterr().err
        assert "no tag is called 'Leaves'" in said and f"give --vocabulary {words}" in said
    assert main(kept) == 0
    for command in (["correct", "1", HERBAL], ["history", "1"], ["audit"], ["stats"], ["db", "stats"]):
        assert main([*command, *store]) == 0
    assert main(["review", *store, "--export", str(tmp_path / "ask.csv")]) == 0
    rules.write_text("")
    assert main(["update", str(stock), *store, "--policy", str(rules), "--quiet"]) == 0


def test_the_memorys_threshold_is_the_bundles(tmp_path: Path) -> None:
    shutil.copytree(TAGGER.bundle.path, tmp_path / "bundle")
    manifest = TAGGER.bundle.manifest
    assert learn(TAGGER, [Lesson(COINED, HERBAL)]).similarity == manifest.similarity or SIMILARITY
    for value in (0.97, 0.5):
        seal(tmp_path / "bundle", dataclasses.replace(manifest, similarity=value))
        tagger = Tagger.load(tmp_path / "bundle")
        assert learn(tagger, [Lesson(COINED, HERBAL)]).similarity == value
    seal(tmp_path / "bundle", dataclasses.replace(manifest, similarity=1.5))
    with pytest.raises(BundleError, match="similarity is out of range"):
        Tagger.load(tmp_path / "bundle")
    older = {key: value for key, value in dataclasses.asdict(manifest).items() if key != "similarity"}
    assert Manifest(**older).similarity is None


@pytest.mark.parametrize("command", ["run", "update"])
def test_a_file_that_is_not_there_leaves_no_store_behind(tmp_path: Path, command: str) -> None:
    assert main([command, str(tmp_path / "no.csv"), "--store", str(tmp_path / "shop.db")]) == 3
    assert list(tmp_path.iterdir()) == []


def test_the_model_is_not_asked_about_unchanged_products_of_a_run(tmp_path: Path) -> None:
    stock = tmp_path / "stock.csv"
    stock.write_text("sku,title\n1,HDMI cable 2m\n2,Twinings green tea\n")
    store = ["--store", str(tmp_path / "shop.db"), "--quiet"]
    assert main(["run", str(stock), *store]) == 0
    assert main(["update", str(stock), *store, "--output", str(tmp_path / "out.csv")]) == 0
    assert (tmp_path / "out.csv").read_bytes() == (tmp_path / "stock.tagged.csv").read_bytes()
