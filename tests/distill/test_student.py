"""The student's one pass and the loss over subtrees, on a tiny tree."""

import torch

from tagrt.taxonomy import Taxonomy
from tagrt_distill.recipe import StudentRecipe
from tagrt_distill.student.loss import TreeLoss
from tagrt_distill.student.model import Student

TREE = Taxonomy(["f", "f/a", "f/b", "e"], ["", "f", "f", ""], list("FABE"), list("食甲乙电"))


def test_padding_does_not_change_the_logits() -> None:
    torch.manual_seed(0)
    student = Student.create(StudentRecipe(layers=1, width=16, heads=2, max_tokens=8), 300, TREE).eval()
    short = student(torch.tensor([[5, 6]]), torch.tensor([2]))
    padded = student(torch.tensor([[5, 6, 0, 0]]), torch.tensor([2]))
    assert torch.allclose(short.logits, padded.logits, atol=1e-5)
    assert torch.allclose(padded.embedding.norm(dim=-1), torch.ones(1), atol=1e-5)


def test_inner_label_costs_the_mass_of_its_subtree() -> None:
    loss = TreeLoss(TREE, hard_weight=1.0, soft_weight=0.0, temperature=1.0)
    logits = torch.tensor([[0.0, 0.2, 0.3, 0.5]]).log().nan_to_num(neginf=0.0)
    none = torch.zeros(1, 1)
    got = loss(logits, torch.tensor([TREE.index["f"]]), none.long(), none)
    assert torch.isclose(got, -torch.tensor(0.5).log(), atol=1e-5)
