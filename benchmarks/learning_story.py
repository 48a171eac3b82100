"""The story of docs/learning.md on the rows of one shop, with what the commands really say.

Run it with  python benchmarks/learning_story.py path/to/corpus/dev/newbee.jsonl.gz --output docs/learning.md
A shop is tagged, a person answers the questions that `tagrt review` chooses, the memory takes these
answers further, a student learns them overnight, is compared, promoted, and tags the shop again. After each
step hF1 is measured on the products that no person ever touched.
"""

from __future__ import annotations

import argparse
import csv
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tagrt import Tagger
from tagrt.metrics import score_row
from tagrt.store import Store
from tagrt_distill.corpus.row import Row, read_rows


def main() -> None:
    """Run the story and write it down."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("shop", type=Path, help="JSONL file: text, tag, also_ok")
    parser.add_argument("--budget", type=int, default=100)
    parser.add_argument("--no-distil", action="store_true", help="Stop before the training.")
    parser.add_argument("--folder", type=Path, help="Where to work; gone on with nothing.  [a temporary one]")
    parser.add_argument("--output", type=Path, help="Markdown file; stdout if left out.")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.folder or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        story = Story(folder, list(read_rows(options.shop)), options.budget)
        story.tag()
        story.ask()
        story.remember()
        if not options.no_distil:
            story.learn()
        text = story.text(options.shop.name.partition(".")[0])
    if options.output:
        options.output.write_text(text, encoding="utf-8")
    else:
        print(text)


class Story:
    """One shop's way through the loop."""

    def __init__(self, folder: Path, rows: Sequence[Row], budget: int) -> None:
        """Write the shop's catalogue."""
        self.folder = folder
        self.rows = rows
        self.budget = budget
        self.taxonomy = Tagger.load().taxonomy
        self.parts: list[str] = []
        self.figures: list[tuple[str, float, float, int]] = []
        self.asked: set[str] = set()
        with (folder / "stock.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([("sku", "title"), *self._titles()])

    def tag(self) -> None:
        """Tag the shop for the first time."""
        self.say("## Tag the shop")
        self.run("update", "stock.csv", "--store", "shop.db")
        self.measure("tagged")

    def ask(self) -> None:
        """Ask a person, who knows the answers."""
        self.say(
            "## Ask a person\n\nThe products whose answers teach most; `correct_tag` is filled in by hand."
        )
        self.run("review", "--store", "shop.db", "--budget", self.budget, "--export", "ask.csv")
        with (self.folder / "ask.csv").open(encoding="utf-8-sig", newline="") as file:
            questions = list(csv.DictReader(file))
        self.asked = {question["sku"] for question in questions}
        with (self.folder / "ask.csv").open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.DictWriter(file, questions[0].keys())
            writer.writeheader()
            writer.writerows({**q, "correct_tag": self.rows[int(q["sku"])].tags[0]} for q in questions)
        self.run("correct", "--from", "ask.csv", "--store", "shop.db", "--who", "mei")
        self.figures[0] = (*self.measured("tagged")[:3], 0)  # on the same rest as all that follows

    def remember(self) -> None:
        """Let the memory take the answers further."""
        self.say("## At once: products like the corrected ones take their tags")
        self.run("update", "stock.csv", "--store", "shop.db", shown=22)
        self.measure("corrections remembered")
        self.say("A second time nothing changes:")
        self.run("update", "stock.csv", "--store", "shop.db")

    def learn(self) -> None:
        """Train, compare, promote, and tag again."""
        self.say(
            "## Overnight: the student learns them\n\nOn a machine with the extras `distill` and `export`."
        )
        self.run("corrections", "export", "rows.jsonl", "--store", "shop.db")
        self.run(
            "distill", "--from", "base", "--corrections", "rows.jsonl", "-o", "run", "--report-to", "none"
        )
        self.run("export", "run", "-o", "shop-model", "--name", "shop", "--version", "1")
        self.say("## The gate\n\nGolden rows are rows of the shop that no person was asked about.")
        self._golden()
        self.run("compare", "base", "shop-model", "--on", "golden.csv", "--tags", "5", "--no-speed", shown=26)
        self.run("promote", "shop-model", "--to", "model", "--on", "golden.csv", "--who", "mei", shown=3)
        self.say("## Tag again with the new model")
        self.run("update", "--store", "shop.db", "--model", "model", shown=20)
        self.measure("new model, and corrections remembered")

    def say(self, text: str) -> None:
        """Add a paragraph."""
        self.parts.append(text)

    def run(self, *words: object, shown: int = 40) -> None:
        """Run a command and add it with what it says, cut after so many lines."""
        command = [sys.executable, "-m", "tagrt", *map(str, words)]
        done = subprocess.run(
            command,
            cwd=self.folder,
            capture_output=True,
            text=True,
            env={**os.environ, "PYTHONWARNINGS": "ignore", "TQDM_DISABLE": "1"},
        )
        if done.returncode not in (0, 5):
            raise SystemExit(f"{' '.join(command)}\n{done.stdout}{done.stderr}")
        # The report of an update has the pairs that its stdout lists; promote repeats the comparison.
        said = done.stderr if words[0] in ("update", "promote") else done.stdout + done.stderr
        lines = [
            line for line in said.replace("\t", "  ").splitlines() if not line.startswith(("\r", "WARNING"))
        ]
        cut = [*lines[:shown], *([f"... {len(lines) - shown} more lines"] if len(lines) > shown else [])]
        self.parts.append("\n".join(["```", f"$ tagrt {' '.join(map(str, words))}", *cut, "```"]))
        print(self.parts[-1], file=sys.stderr, flush=True)

    def measure(self, step: str) -> None:
        """Take the figures of a step down."""
        self.figures.append(self.measured(step))

    def measured(self, step: str) -> tuple[str, float, float, int]:
        """Return hF1 and the share decided of what no person touched, and the number of decisions."""
        index = self.taxonomy.index
        with Store(self.folder / "shop.db") as store:
            people = store.counts()["human"]
            products = store.query("SELECT key, tag, best, decision, reason FROM products")
        scores, decided = [], 0
        for key, tag, best, decision, reason in products:
            sku = key.partition(":")[2].partition("#")[0]
            if sku in self.asked:
                continue
            gold = [index[one] for one in self.rows[int(sku)].tags]
            guess = tag if reason == "memory" else best
            scores.append(score_row(self.taxonomy, index.get(guess, -1), gold).f1)
            decided += decision == "auto"
        return step, sum(scores) / len(scores), decided / len(scores), people

    def text(self, shop: str) -> str:
        """Return the whole story as Markdown."""
        table = [
            "| after | hF1 of the rest | decided without a person | decisions of people |",
            "|---|---|---|---|",
        ]
        table += [f"| {step} | {f1:.3f} | {auto:.0%} | {people} |" for step, f1, auto, people in self.figures]
        head = (
            "# Tags that stay right\n\n"
            f"The loop on the {len(self.rows):,} products of one shop ({shop}) that is in no training row, "
            "with what the commands really said (`python benchmarks/learning_story.py`). hF1 is measured on "
            "the products that no person was asked about.\n"
        )
        return "\n\n".join([head.rstrip(), "\n".join(table), *self.parts]) + "\n"

    def _titles(self) -> list[tuple[str, str]]:
        return [(str(n), row.product.title) for n, row in enumerate(self.rows)]

    def _golden(self) -> None:
        with (self.folder / "golden.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(("title", "tag_id", "also_ok"))
            for n, row in enumerate(self.rows):
                if str(n) not in self.asked:
                    writer.writerow((row.product.title, row.tags[0], ", ".join(row.tags[1:])))


if __name__ == "__main__":
    main()
