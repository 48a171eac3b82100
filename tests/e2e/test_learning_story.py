"""The loop from end to end on the smoke recipe: tag, correct, remember, train, compare, promote, update."""

import csv
import subprocess
import sys
from pathlib import Path

from tagrt.bundle import Bundle
from tagrt.cli.main import main
from tagrt.store import Store
from tagrt_distill.recipe import recipe_text

TAGRT = [sys.executable, "-m", "tagrt"]
CABLES = "electronics/cables"
COLOURS = ("red", "blue", "green", "black", "white", "grey", "pink", "gold")


def command(*words: object) -> None:
    done = subprocess.run([*TAGRT, *map(str, words)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def right(store: Path, tag: str) -> int:
    """How many of the products with a word that the model never read are where they belong."""
    with Store(store) as opened:
        return int(
            opened.query("SELECT count(*) FROM products WHERE title LIKE 'zorblax%' AND tag = ?", (tag,))[0][
                0
            ]
        )


def test_what_people_decide_is_kept_remembered_and_learnt(bundle: Path, tmp_path: Path) -> None:
    stock, shop = tmp_path / "stock.csv", tmp_path / "shop.db"
    odd = [f"zorblax {colour} {n}" for n in range(4) for colour in COLOURS]
    usual = ["HDMI cable 2m", "酱油 500ml", "Norvik green tea 250g"]
    rows = [f"{n},{title}" for n, title in enumerate([*odd, *usual])]
    stock.write_text("\n".join(["sku,title", *rows]), encoding="utf-8")
    store = ["--store", str(shop)]
    assert main(["update", str(stock), *store, "--model", str(bundle), "--quiet"]) == 0

    edited = tmp_path / "edited.csv"
    edited.write_text("sku,title,correct_tag\n" + "\n".join(f"{n},{odd[n]},{CABLES}" for n in range(8)))
    assert main(["correct", "--from", str(edited), *store, "--model", str(bundle), "--who", "mei"]) == 0
    assert main(["update", str(stock), *store, "--model", str(bundle), "--quiet"]) == 0
    remembered = right(shop, CABLES)
    assert remembered > 8, "the memory took the corrections further"

    corrections, golden = tmp_path / "rows.jsonl", tmp_path / "golden.csv"
    assert main(["corrections", "export", str(corrections), *store]) == 0
    smoke, _, rest = recipe_text("smoke").partition("[teacher]\n")
    student = rest[rest.index("[student]\n") :].replace("epochs = 12", "epochs = 4")
    recipe = tmp_path / "further.toml"
    recipe.write_text(f"{smoke}\n[assistants.parent]\nweight = 1.0\n\n{student}", encoding="utf-8")
    learnt = ["--recipe", recipe, "--from", bundle, "--corrections", corrections]
    command("distill", *learnt, "-o", tmp_path / "run", "--report-to", "none")
    command("export", tmp_path / "run", "-o", tmp_path / "new", "--name", "toy", "--version", "2")
    manifest = Bundle.load(tmp_path / "new").manifest
    assert manifest.baseline["review"] >= 0 and manifest.metrics["test"]["hf1"] > 0.85, "replay kept the rest"
    assert any(source["name"] == "corrections" and source["rows"] == 8 for source in manifest.sources)

    with golden.open("w", newline="") as file:
        csv.writer(file).writerows([("title", "tag_id"), *((title, CABLES) for title in odd[8:])])
    compared = ["--on", str(golden)]
    assert (
        main(
            [
                "promote",
                str(tmp_path / "new"),
                "--to",
                str(tmp_path / "use"),
                "--over",
                str(bundle),
                *compared,
            ]
        )
        == 0
    )
    assert Bundle.load(tmp_path / "use").manifest.promotion["over"] == "toy 1"
    assert main(["promote", str(bundle), "--to", str(tmp_path / "use"), *compared]) == 5, "and not back"
    assert main(["update", *store, "--model", str(tmp_path / "use"), "--quiet"]) == 0
    assert right(shop, CABLES) == len(odd)
    with Store(shop) as opened:
        assert opened.query("SELECT count(*), min(who), max(tag) FROM corrections WHERE ended IS NULL") == [
            (8, "mei", CABLES)
        ]
        assert opened.counts()["human"] == 8
