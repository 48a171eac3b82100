"""The memory's threshold as export measures it."""

from tagrt import Tagger
from tagrt.types import Product
from tagrt_distill.corpus.row import Row
from tagrt_export.recall import THRESHOLDS, Shop, least_harmless, least_similarity

TAGGER = Tagger.load(threads=1)


def test_the_least_threshold_counts_at_which_nothing_falls() -> None:
    good = [0.95] * len(THRESHOLDS)
    assert least_harmless([(0.9, good)]) == THRESHOLDS[0]
    low = [0.8, 0.8, *good[2:]]
    assert least_harmless([(0.9, good), (0.9, low)]) == THRESHOLDS[2]
    assert least_harmless([(0.99, good)]) == THRESHOLDS[-1]


def test_rows_that_contradict_each_other_raise_it() -> None:
    titles = [f"Zorblax deluxe {n} gadget" for n in range(120)] + [f"cotton socks {n}" for n in range(120)]
    agreed = [Row(Product(t), ("apparel/clothing/socks",), "s") for t in titles]
    torn = [Row(Product(t), (("food/drinks/tea", "home/kitchen")[n % 2],), "s") for n, t in enumerate(titles)]
    assert least_similarity(TAGGER, {"agreed": agreed}) == THRESHOLDS[0]
    assert Shop(TAGGER, agreed).drawn(0.8).recalled > 0
    assert (least_similarity(TAGGER, {"torn": torn}) or 0) >= THRESHOLDS[0]
    assert least_similarity(TAGGER, {"small": agreed[:20]}) is None
