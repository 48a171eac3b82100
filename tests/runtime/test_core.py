"""Normalisation, taxonomy arithmetic, decoding and hF1."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagrt.errors import TaxonomyError
from tagrt.inference.decode import Decoder, leaf_probabilities
from tagrt.inference.tagger import CHUNK, LEAST_CHUNK, _chunks
from tagrt.metrics import score_row
from tagrt.taxonomy import Taxonomy
from tagrt.text import normalise, product_text
from tagrt.types import Product

TREE = Taxonomy(
    ["f", "f/a", "f/b", "e", "f/b/c"],
    ["", "f", "f", "", "f/b"],
    ["F", "A", "B", "E", "C"],
    list("食甲乙电丙"),
)


@given(st.text())
def test_normalising_twice_changes_nothing(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


def test_normalise_folds_width_script_and_units() -> None:
    assert normalise("華為 Ｍate60  500 毫升") == "华为 mate60 500ml"


def test_brand_is_put_before_a_title_without_it() -> None:
    assert (
        product_text(Product("Diapers", brand="Pampers", description="<b>Soft &amp; dry</b>"))
        == "pampers diapers | soft & dry"
    )


def test_masses_sum_leaves_up_the_tree() -> None:
    logits = np.log(np.array([[1, 0.2, 1, 0.3, 0.5]], dtype=np.float32))
    masses = TREE.masses(leaf_probabilities(logits, TREE, 1.0))[0]
    assert masses == pytest.approx([0.7, 0.2, 0.5, 0.3, 0.5], abs=1e-5)
    decoded = Decoder(TREE).decode(masses[None])
    assert decoded.nodes.tolist() == [[0, 2, 4]]


@given(st.lists(st.floats(0, 1, width=32), min_size=3, max_size=3))
def test_a_row_alone_is_decoded_as_among_others(weights: list[float]) -> None:
    leaves = np.array([weights], dtype=np.float32) + np.float32(1e-3)
    leaves /= leaves.sum()
    decoded = Decoder(TREE).decode(TREE.masses(leaves))
    from_leaves = Decoder(TREE).decode_leaves(leaves)
    assert all(map(np.array_equal, decoded, from_leaves))
    nodes, masses = zip(*Decoder(TREE).one(leaves[0]), strict=True)
    assert [n for n in decoded.nodes[0].tolist() if n >= 0] == list(nodes)
    assert decoded.masses[0].tolist()[: len(nodes)] == list(masses)


def test_inner_label_is_compared_only_to_its_depth() -> None:
    assert score_row(TREE, 4, [0]).f1 == 1.0
    assert score_row(TREE, 1, [4]).f1 == pytest.approx(2 * 0.5 * (1 / 3) / (0.5 + 1 / 3))
    assert score_row(TREE, 3, [4]).f1 == 0.0


def test_unknown_parent_and_cycle_are_refused() -> None:
    with pytest.raises(TaxonomyError, match="unknown parent"):
        Taxonomy(["a"], ["x"], ["A"], ["A"])
    with pytest.raises(TaxonomyError, match="own ancestor"):
        Taxonomy(["a", "b"], ["b", "a"], ["A", "B"], ["A", "B"])


@given(st.integers(0, 5 * CHUNK), st.integers(1, 4))
def test_a_stream_is_cut_in_order_and_evenly_among_threads(count: int, threads: int) -> None:
    chunks = list(_chunks(map(str, range(count)), threads))
    assert [text for chunk in chunks for text in chunk] == [str(at) for at in range(count)]
    assert all(0 < len(chunk) <= CHUNK for chunk in chunks)
    if threads * LEAST_CHUNK <= count <= threads * CHUNK:
        assert len({len(chunk) for chunk in chunks[:-1]}) <= 1
        assert len(chunks) == threads or len(chunks[0]) * (threads - 1) >= count
