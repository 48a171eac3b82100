"""Figures per week, questions that teach, and a store as a table."""

import csv
import io
from pathlib import Path

import numpy as np
import pytest

from tagrt import Tagger
from tagrt.cli.main import main
from tagrt.drift import Baseline, Week, baseline_of, measure, verdict, weeks
from tagrt.drift.baseline import unknown_share
from tagrt.review.choose import choose, cover
from tagrt.store import Store
from tagrt.store.export import write_products

TAGGER = Tagger.load()
KNOWN = ["cotton socks", "green tea", "running shoes", "HDMI cable 2m", "牛奶"]
ODD = ["Xqzrv Wkjhbq", "Fjvbnq qqqzx", "Pzkwq xvnt"]


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    stock = tmp_path / "stock.csv"
    titles = [f"{title} {n}" for n in range(30) for title in KNOWN] + ODD
    stock.write_text("\n".join(["sku,title", *(f"{n},{title}" for n, title in enumerate(titles))]), "utf-8")
    assert main(["update", str(stock), "--store", str(tmp_path / "shop.db"), "--quiet"]) == 0
    return tmp_path / "shop.db"


def test_words_of_no_language_have_unknown_tokens() -> None:
    odd, known = unknown_share(TAGGER, ODD), unknown_share(TAGGER, KNOWN)
    assert odd is not None and known is not None and odd > known + 0.2
    assert unknown_share(TAGGER, ["123 456"]) is None


def test_a_week_of_a_store_is_counted(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with Store(shop) as store:
        (week,) = weeks(store, TAGGER)
        review = store.counts()["review"]
    assert week.products == 153 and week.review == pytest.approx(review / 153)
    assert 0.3 < week.confidence < 1 and week.unknown is not None
    assert main(["stats", "--store", str(shop)]) == 0
    out, err = capsys.readouterr()
    assert out.splitlines()[1].startswith("model\t\t0.") and week.week in out
    assert "no new distillation is due" in err


def test_a_new_distillation_is_due_when_the_shop_drifts() -> None:
    base = Baseline(0.27, 0.85, 0.05)
    steady = [Week(f"2026-W{n}", 500, 0.28, 0.84, 0.05, 3) for n in range(40, 46)]
    assert verdict(steady, base, 20) == []
    drifted = [*steady[:2], *(week._replace(review=0.5, confidence=0.7, unknown=0.2) for week in steady[2:])]
    said = verdict(drifted, base, 400)
    assert len(said) == 4 and any("50% go to review" in line for line in said)
    few = [week._replace(products=10) for week in drifted]
    assert verdict(few, base, 0) == [], "ten products prove nothing"
    assert verdict(drifted, Baseline(), 0) == []


def test_the_baseline_is_the_bundles_own() -> None:
    coverage = TAGGER.bundle.manifest.metrics["macro"]["coverage"]
    assert baseline_of(TAGGER.bundle.manifest).review == pytest.approx(1 - coverage)
    found = measure(TAGGER, KNOWN)
    assert found.review is not None and found.review <= 0.6 and found.confidence


def test_questions_cover_each_cluster_before_any_twice() -> None:
    draw = np.random.default_rng(3)
    centres = np.linalg.qr(draw.normal(size=(8, 8)))[0][:3]
    points = np.repeat(centres, 10, axis=0) + draw.normal(scale=0.02, size=(30, 8))
    vectors = (points / np.linalg.norm(points, axis=1, keepdims=True)).astype(np.float32)
    doubt = np.full(30, 0.5, np.float32)
    doubt[10:20] = 0.05
    chosen, gains = cover(vectors, doubt, vectors[:0], 3)
    assert sorted(n // 10 for n in chosen) == [0, 1, 2] and gains == sorted(gains, reverse=True)
    assert chosen[2] // 10 == 1, "where the model is sure, the answer teaches least"
    assert {n // 10 for n in cover(vectors, doubt, vectors[:1], 2)[0]} == {1, 2}, "the first is known"


def test_the_table_of_questions_comes_back_as_corrections(
    shop: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ask, store = tmp_path / "ask.csv", ["--store", str(shop)]
    assert main(["review", *store, "--budget", "8", "--export", str(ask)]) == 0
    assert main(["review", *store, "--budget", "8", "--export", str(ask)]) == 3, "a filled table is kept"
    with ask.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 8 and all(row["guess_1"] and not row["correct_tag"] for row in rows)
    stems = {row["title"].rsplit(" ", 1)[0] for row in rows if row["title"] not in ODD}
    assert len(stems) >= 4, "no question is asked twice"
    rows[0]["correct_tag"] = "花草茶"
    with ask.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
    assert main(["correct", "--from", str(ask), *store]) == 0
    assert "1 corrected" in capsys.readouterr().err
    with Store(shop) as opened:
        assert rows[0]["store_key"] not in {question.key for question in choose(opened, TAGGER, 8)}


def test_a_store_is_written_as_a_table(shop: Path, tmp_path: Path) -> None:
    file = io.StringIO()
    with Store(shop) as store:
        assert write_products(store, file) == 153
    rows = list(csv.DictReader(io.StringIO(file.getvalue())))
    assert (rows[0]["sku"], rows[0]["store_key"]) == ("0", "key:0")
    assert rows[0]["model"].startswith("tagrt-base ")
    assert {row["decision"] for row in rows} <= {"auto", "review"}
    target = tmp_path / "all.jsonl"
    assert main(["db", "export", str(target), "--store", str(shop)]) == 0
    assert len(target.read_text("utf-8").splitlines()) == 153
