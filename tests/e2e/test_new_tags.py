"""A tag that no model had: a person adds it, a student learns it overnight, the shop is tagged with it."""

import csv
import subprocess
import sys
from pathlib import Path

import pytest

from tagrt import Tagger
from tagrt.bundle import Bundle
from tagrt.cli.main import main
from tagrt.store import Store
from tagrt_distill.recipe import recipe_text

TAGRT = [sys.executable, "-m", "tagrt"]
WATCHES, BUBBLE = "electronics/smart-watches", "food/drinks/tea/bubble-tea"
COLOURS = ("red", "blue", "green", "black", "white", "grey", "pink", "gold")
SIZES = ("S", "M", "L", "XL")
NEW = {
    WATCHES: [f"smart watch {colour} {size}" for size in SIZES for colour in COLOURS],
    BUBBLE: [f"bubble tea tapioca {colour} {size}" for size in SIZES for colour in COLOURS],
}
OLD = {
    "HDMI cable 2m": "electronics/cables",
    "green tea 250g": "food/drinks/tea",
    "茉莉花茶 100g": "food/drinks/tea",
    "酱油 500ml": "food/condiments/soy-sauce",
    "Norvik oolong tea 100g": "food/drinks/tea",
}


def command(*words: object) -> str:
    done = subprocess.run([*TAGRT, *map(str, words)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stderr


def recipe(folder: Path, epochs: int) -> Path:
    """The smoke recipe without a teacher, from the student of a bundle."""
    smoke, _, rest = recipe_text("smoke").partition("[teacher]\n")
    student = rest[rest.index("[student]\n") :].replace("epochs = 12", f"epochs = {epochs}")
    path = folder / f"further{epochs}.toml"
    path.write_text(f"{smoke}\n[assistants.parent]\nweight = 1.0\n\n{student}", encoding="utf-8")
    return path


def best(bundle: Path, titles: list[str]) -> list[str]:
    return [tagging.best.id if tagging.best else "" for tagging in Tagger.load(bundle).tag_many(titles)]


def corrected(folder: Path, bundle: Path) -> Path:
    """A shop's decisions: of each new kind the first 16 products; the first one adds the tag."""
    stock, store = folder / "stock.csv", ["--store", str(folder / "shop.db"), "--model", str(bundle)]
    titles = [*NEW[WATCHES], *NEW[BUBBLE], *OLD]
    stock.write_text("\n".join(["sku,title", *(f"{n},{title}" for n, title in enumerate(titles))]), "utf-8")
    assert main(["update", str(stock), *store, "--quiet"]) == 0
    assert main(["correct", "0", WATCHES, "--new-tag", "Smart Watches", "智能手表", *store]) == 0
    assert main(["correct", "32", BUBBLE, "--new-tag", "Bubble Tea", "珍珠奶茶", *store]) == 0
    edited = folder / "edited.csv"
    with edited.open("w", newline="", encoding="utf-8") as file:
        named = [(n, titles[n], "智能手表" if n < 32 else "bubble tea") for n in (*range(16), *range(32, 48))]
        csv.writer(file).writerows([("sku", "title", "correct_tag"), *named])
    assert main(["correct", "--from", str(edited), *store, "--who", "mei"]) == 0
    rows = folder / "rows.jsonl"
    assert main(["corrections", "export", str(rows), "--store", str(folder / "shop.db")]) == 0
    return rows


def test_a_new_tag_is_learnt_and_the_old_ones_are_kept(
    bundle: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = corrected(tmp_path, bundle)
    run, new = tmp_path / "run", tmp_path / "new"
    learnt = ["--recipe", recipe(tmp_path, 6), "--corrections", rows, "--report-to", "none"]
    said = command("distill", *learnt, "--from", bundle, "-o", run)
    assert f"new tag {WATCHES} (Smart Watches / 智能手表): 16 rows" in said
    assert f"new tag {BUBBLE} (Bubble Tea / 珍珠奶茶): 16 rows" in said
    command("export", run, "-o", new, "--name", "toy", "--version", "2")

    before, after = Bundle.load(bundle).manifest, Bundle.load(new).manifest
    assert after.labels == (*before.labels, WATCHES, BUBBLE, "food/drinks/tea/*")
    assert after.tags == before.tags + 2
    assert after.metrics["test"]["hf1"] > 0.85, "replay kept the rest"
    card = (new / "MODEL_CARD.md").read_text(encoding="utf-8")
    assert f"Tags it had not: `{WATCHES}`, `{BUBBLE}`." in card

    for tag, titles in NEW.items():
        held_back = titles[16:]
        assert best(new, held_back) == [tag] * len(held_back)
    assert best(new, list(OLD)) == list(OLD.values()), "teas that are no bubble teas are teas"

    golden = tmp_path / "golden.csv"
    with golden.open("w", newline="", encoding="utf-8") as file:
        rest = [(title, tag) for tag, titles in NEW.items() for title in titles[16:]]
        csv.writer(file).writerows([("title", "tag_id"), *OLD.items(), *rest])
    use = tmp_path / "use"
    capsys.readouterr()
    assert main(["promote", str(new), "--to", str(use), "--over", str(bundle), "--on", str(golden)]) == 0
    said = capsys.readouterr().out
    assert "rows\t5\t32 left out" in said
    assert "new tags\t32 of these rows\tby the new model alone: hF1 1.0000, exact 1.0000" in said
    store = ["--store", str(tmp_path / "shop.db")]
    assert main(["update", *store, "--model", str(use), "--quiet"]) == 0
    with Store(tmp_path / "shop.db") as opened:
        tags = dict(opened.query("SELECT tag, count(*) FROM products GROUP BY tag"))
        people = opened.query("SELECT count(*), min(who) FROM corrections WHERE ended IS NULL")
    assert (tags[WATCHES], tags[BUBBLE]) == (32, 32)
    assert people[0][0] == 32 == sum(1 for _ in rows.open(encoding="utf-8"))
    assert main(["update", *store, "--model", str(use), "--quiet"]) == 0

    again = ["--recipe", recipe(tmp_path, 1), "--corrections", rows, "--report-to", "none"]
    assert "new tag" not in command("distill", *again, "--from", new, "-o", tmp_path / "second")
    second = (tmp_path / "second" / "taxonomy.tsv").read_bytes()
    assert second == (new / "taxonomy.tsv").read_bytes(), "another night goes on from the larger tree"
