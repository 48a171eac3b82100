"""The student's one pass and the loss over subtrees, on a tiny tree."""

import pytest
import torch

from tagrt.errors import UsageError
from tagrt.taxonomy import Taxonomy
from tagrt_distill.recipe import StudentRecipe
from tagrt_distill.student.loss import TreeLoss
from tagrt_distill.student.model import Student

TREE = Taxonomy(["f", "f/a", "f/b", "e"], ["", "f", "f", ""], list("FABE"), list("食甲乙电"))


def student_of(pool_groups: int) -> Student:
    torch.manual_seed(0)
    shape = StudentRecipe(layers=1, width=16, heads=2, max_tokens=8, pool_groups=pool_groups)
    return Student.create(shape, 300, TREE).eval()


@pytest.mark.parametrize("pool_groups", [0, 4])
def test_padding_does_not_change_the_logits(pool_groups: int) -> None:
    student = student_of(pool_groups)
    if student.pool:
        torch.nn.init.normal_(student.pool.score.weight)
    short = student(torch.tensor([[5, 6]]), torch.tensor([2]))
    padded = student(torch.tensor([[5, 6, 0, 0]]), torch.tensor([2]))
    assert torch.allclose(short.logits, padded.logits, atol=1e-5)
    assert torch.allclose(padded.embedding.norm(dim=-1), torch.ones(1), atol=1e-5)


def test_a_weighted_mean_starts_plain_and_learns_which_token_counts() -> None:
    plain, weighted = student_of(0), student_of(4)
    weighted.load_state_dict(plain.state_dict(), strict=False)
    ids, lengths = torch.tensor([[5, 6, 7, 0]]), torch.tensor([3])
    assert torch.allclose(plain(ids, lengths).logits, weighted(ids, lengths).logits, atol=1e-6)
    states, real = torch.eye(16)[None, :3], torch.ones(1, 3, dtype=torch.bool)
    with torch.no_grad():
        weighted.pool.score.weight[:, 1] = 50.0
    assert torch.allclose(weighted.pool(states, real), states[:, 1], atol=1e-5)


def test_groups_that_do_not_part_the_width_are_refused() -> None:
    with pytest.raises(UsageError, match="pool_groups = 5 does not divide"):
        StudentRecipe(width=16, heads=2, pool_groups=5)


def test_inner_label_costs_the_mass_of_its_subtree() -> None:
    loss = TreeLoss(TREE, hard_weight=1.0, soft_weight=0.0, temperature=1.0)
    logits = torch.tensor([[0.0, 0.2, 0.3, 0.5]]).log().nan_to_num(neginf=0.0)
    none = torch.zeros(1, 1)
    got = loss(logits, torch.tensor([TREE.index["f"]]), none.long(), none)
    assert torch.isclose(got, -torch.tensor(0.5).log(), atol=1e-5)
