"""What the shop's policy hides is not among the candidates."""

from pathlib import Path

from tagrt import Tagger
from tagrt.policy import shop_tagger
from tagrt.store import Store
from tagrt_tui.session import Session

COFFEE = "Nescafe instant coffee 100g"


def test_candidates_are_cut_where_the_policy_hides_them(tmp_path: Path) -> None:
    rules, tagger = tmp_path / "policy.toml", Tagger.load()
    rules.write_text('[[hide]]\nwords = "coffee"\nreason = "not sold here"\n')
    with Store(tmp_path / "shop.db", create=True) as store:
        before = Session(tagger, store=store)
        assert before.candidates(COFFEE, 5) == tagger.candidates(COFFEE, 5)
        shop_tagger(tagger, store, rules)
        shown = Session(tagger, store=store).candidates(COFFEE, 5)
    assert shown and shown[0][-1].id == "food/drinks"
    assert not any("coffee" in tag.id for path in shown for tag in path)
    assert len({path[-1].id for path in shown}) == len(shown)
