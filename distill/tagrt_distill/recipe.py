"""Recipes: one TOML file with every hyper-parameter of a run."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field, fields, is_dataclass
from importlib import resources
from pathlib import Path
from typing import Any, TypeVar

from tagrt.errors import UsageError
from tagrt_distill.corpus.augment import Augmentation

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class CorpusRecipe:
    """Which rows are used.

    Attributes:
        validation: Share of product groups for early stopping and calibration.
        test: Share of product groups kept for the final in-shop figure.
        per_tag_and_source: Most rows of one tag from one source.
        per_source: Most rows of the named sources.
        exclude: Sources left out altogether.
        unlabelled: Most texts per source that only the teacher labels (capped-away rows among them);
            sources not named give `unlabelled_default`.
        unlabelled_default: See `unlabelled`.
        repeat: Times that the named sources' texts are passed over in one epoch of the student; others once.
        category_hints: Chance that a training text carries its tag's parent name as category text.
        everyday: Whether the project's own names are among the rows of a corpus folder.
    """

    validation: float = 0.03
    test: float = 0.02
    per_tag_and_source: int = 1_000_000
    per_source: dict[str, int] = field(default_factory=dict)
    exclude: tuple[str, ...] = ()
    unlabelled: dict[str, int] = field(default_factory=dict)
    unlabelled_default: int = 10_000
    repeat: dict[str, int] = field(default_factory=dict)
    category_hints: float = 0.0
    everyday: bool = False


@dataclass(frozen=True, slots=True)
class TokenizerRecipe:
    """Byte-level BPE.

    Attributes:
        size: Vocabulary size.
        dropout: BPE dropout while training (Provilkov et al., 2020).
        split_cjk: Whether every Chinese character is a word of its own, so that a word is read alike
            wherever it stands in a run of characters without spaces.
    """

    size: int = 24_000
    split_cjk: bool = False
    dropout: float = 0.0


@dataclass(frozen=True, slots=True)
class TrainingRecipe:
    """What `transformers.Trainer` is told.

    Attributes:
        epochs: Passes over the rows.
        least_steps: Optimizer steps that few rows are passed over more often for.
        batch: Rows per step.
        learning_rate: Peak of warm-up + cosine (AdamW).
        embedding_learning_rate: Peak for embedding tables, whose rows are touched too rarely to move far
            at the rate of the blocks.
        warmup: Share of steps for warm-up.
        weight_decay: AdamW weight decay.
        label_smoothing: Smoothing of hard labels, 0 to 1 (student only).
        evaluations: Evaluations (and checkpoints) over the whole run.
        patience: Evaluations without a better dev metric before training stops.
        bf16: Autocast to bfloat16, where the processor has it.
    """

    epochs: float = 4.0
    least_steps: int = 0
    batch: int = 256
    learning_rate: float = 1e-3
    embedding_learning_rate: float = 1e-3
    warmup: float = 0.06
    weight_decay: float = 0.05
    label_smoothing: float = 0.0
    evaluations: int = 6
    patience: int = 3
    bf16: bool = True

    def passes(self, rows: int) -> float:
        """Return the epochs over so many rows: `epochs`, or more where `least_steps` asks for it."""
        return max(self.epochs, self.least_steps * self.batch / max(rows, 1))

    def steps(self, rows: int) -> int:
        """Return the optimizer steps of a whole run over so many rows, at least 1."""
        return max(1, int(rows / self.batch * self.passes(rows)))


@dataclass(frozen=True, slots=True)
class TeacherRecipe:
    """The GPT-2 teacher.

    Attributes:
        init: ``scratch``, ``gpt2`` (a hub name) or the path of a local checkpoint.
        tune: ``full``, ``freeze`` (the lower `freeze_layers`), ``lora`` or ``adalora``.
        freeze_layers: Lower blocks that stay fixed with ``freeze``.
        lora_rank: Rank of the adapters.
        layers: Blocks, from scratch.
        width: Hidden size, from scratch.
        heads: Attention heads, from scratch.
        dropout: Dropout of embeddings, from scratch.
        max_tokens: Longest title, in tokens.
        beam_mass: Branches of the tree with less probability are not opened when the teacher answers.
        tokenizer: Its tokenizer, unless the checkpoint it starts from brings one.
        training: Trainer settings.
    """

    init: str = "scratch"
    tune: str = "full"
    freeze_layers: int = 6
    lora_rank: int = 16
    layers: int = 4
    width: int = 256
    heads: int = 4
    dropout: float = 0.1
    max_tokens: int = 48
    beam_mass: float = 0.02
    tokenizer: TokenizerRecipe = field(default_factory=TokenizerRecipe)
    training: TrainingRecipe = field(default_factory=TrainingRecipe)


@dataclass(frozen=True, slots=True)
class NgramRecipe:
    """An n-gram model (fastText) beside the teacher.

    Attributes:
        weight: Its share in the answers that the student learns from; 0 leaves it out.
        epochs: Passes over the labelled rows.
    """

    weight: float = 0.0
    epochs: int = 8


@dataclass(frozen=True, slots=True)
class EncoderRecipe:
    """A pretrained sentence encoder (multilingual-e5-small), fine-tuned on the labelled rows.

    Attributes:
        weight: Its share in the answers that the student learns from; 0 leaves it out.
        max_tokens: Longest text, in its own tokens.
        dropout: Dropout before the head.
        per_tag_and_source: Most rows of one tag from one source that it is tuned on.
        per_source: Most rows of the named sources that it is tuned on.
        head_learning_rate: Peak for the new head; `training.learning_rate` is that of the body.
        training: Trainer settings.
    """

    weight: float = 0.0
    max_tokens: int = 48
    dropout: float = 0.1
    per_tag_and_source: int = 1_000_000
    per_source: dict[str, int] = field(default_factory=dict)
    head_learning_rate: float = 2e-3
    training: TrainingRecipe = field(default_factory=TrainingRecipe)


@dataclass(frozen=True, slots=True)
class ParentRecipe:
    """The student of the bundle that a run goes on from (`tagrt distill --from`), so that it is kept in mind.

    Attributes:
        weight: Its share in the answers that the student learns from; 0 leaves it out.
    """

    weight: float = 0.0


@dataclass(frozen=True, slots=True)
class AssistantsRecipe:
    """Models whose answers are averaged with the teacher's.

    What their weights leave of 1 is the teacher's; where they leave nothing, no teacher is trained.

    Attributes:
        parent: See `ParentRecipe`.
        ngram: See `NgramRecipe`.
        encoder: See `EncoderRecipe`.
    """

    parent: ParentRecipe = field(default_factory=ParentRecipe)
    ngram: NgramRecipe = field(default_factory=NgramRecipe)
    encoder: EncoderRecipe = field(default_factory=EncoderRecipe)


ACTIVATIONS = ("gelu_pytorch_tanh", "relu")
"""Activations of a student's feed-forward layers."""


@dataclass(frozen=True, slots=True)
class StudentRecipe:
    """The student and its distillation.

    Attributes:
        layers: Blocks.
        width: Hidden size.
        heads: Attention heads.
        inner: Width of the feed-forward layers; 0 for four times `width`.
        activation: ``gelu_pytorch_tanh``, or ``relu``, which an int8 graph has for nothing.
        dropout: Dropout of embeddings.
        max_tokens: Longest text, in tokens.
        bigram_buckets: Rows of the hashed embedding of token pairs; 0 leaves it out.
        bigram_width: Its width, projected to `width`.
        pool_groups: Groups of features that weigh the tokens apart in their mean; 0 weighs all alike.
        hard_weight: Weight of the labels' marginalised negative log likelihood.
        soft_weight: Weight of the cross-entropy to the teacher's tag distribution.
        feature_weight: Weight of matching the encoder assistant's vectors through a projection, as in
            TinyBERT (Jiao et al., 2020).
        temperature: Distillation temperature (Hinton et al., 2015).
        training: Trainer settings.
    """

    layers: int = 3
    width: int = 192
    heads: int = 3
    inner: int = 0
    activation: str = "gelu_pytorch_tanh"
    dropout: float = 0.1
    max_tokens: int = 48
    bigram_buckets: int = 0
    bigram_width: int = 64
    pool_groups: int = 0
    hard_weight: float = 1.0
    soft_weight: float = 1.0
    feature_weight: float = 0.0
    temperature: float = 1.5
    training: TrainingRecipe = field(default_factory=TrainingRecipe)

    def __post_init__(self) -> None:
        """Refuse shapes that do not divide and activations that export does not know."""
        if self.activation not in ACTIVATIONS:
            known = ", ".join(ACTIVATIONS)
            raise UsageError(f"student.activation = '{self.activation}' is none of {known}")
        for name, parts in (("heads", self.heads), ("pool_groups", self.pool_groups or 1)):
            if self.width % parts:
                raise UsageError(f"student.{name} = {parts} does not divide student.width = {self.width}")


@dataclass(frozen=True, slots=True)
class CalibrationRecipe:
    """How probabilities and decisions are made to hold.

    Attributes:
        sources: Sources whose validation rows calibrate; all if none is named or these have too few rows.
            Best are rows as new to the student as a user's shop is: a shop it knows flatters it.
        precision: Hierarchical precision that decided tags must have on those rows.
    """

    sources: tuple[str, ...] = ()
    precision: float = 0.98


@dataclass(frozen=True, slots=True)
class Recipe:
    """Everything that decides a run, besides the rows."""

    name: str
    seed: int = 13
    corpus: CorpusRecipe = field(default_factory=CorpusRecipe)
    augmentation: Augmentation = field(default_factory=Augmentation)
    tokenizer: TokenizerRecipe = field(default_factory=TokenizerRecipe)
    teacher: TeacherRecipe = field(default_factory=TeacherRecipe)
    assistants: AssistantsRecipe = field(default_factory=AssistantsRecipe)
    student: StudentRecipe = field(default_factory=StudentRecipe)
    calibration: CalibrationRecipe = field(default_factory=CalibrationRecipe)
    licences: dict[str, str] = field(default_factory=dict)


def load_recipe(name_or_path: str) -> Recipe:
    """Read a shipped recipe by name (``base``, ``refresh``, ``own``, ``smoke``) or a TOML file by path.

    Raises:
        UsageError: If there is no such recipe or it holds an unknown key or a wrong type.
    """
    return parse_recipe(recipe_text(name_or_path), name_or_path)


def recipe_text(name_or_path: str) -> str:
    """Return the recipe's TOML."""
    path = Path(name_or_path)
    if path.suffix == ".toml":
        if not path.is_file():
            raise UsageError(f"{path}: no such recipe file")
        return path.read_text(encoding="utf-8")
    shipped = resources.files("tagrt_distill.recipes").joinpath(f"{name_or_path}.toml")
    if not shipped.is_file():
        raise UsageError(
            f"no recipe '{name_or_path}': use base, refresh, own, smoke or the path of a .toml file"
        )
    return shipped.read_text(encoding="utf-8")


def parse_recipe(text: str, origin: str) -> Recipe:
    """Turn TOML into a recipe; unknown keys are errors, missing ones take their default."""
    try:
        return _build(Recipe, tomllib.loads(text), origin)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"recipe {origin}: {error}") from error


def _build(kind: type[T], values: dict[str, Any], where: str) -> T:
    known = {f.name: f for f in fields(kind)}  # type: ignore[arg-type]
    unknown = sorted(set(values) - set(known))
    if unknown:
        raise UsageError(f"recipe {where}: unknown key '{unknown[0]}' (known: {', '.join(known)})")
    made: dict[str, Any] = {}
    for name, value in values.items():
        default = known[name].default_factory
        section = default() if callable(default) else None
        if is_dataclass(section):
            made[name] = _build(type(section), value, f"{where}.{name}")
        else:
            made[name] = tuple(value) if isinstance(value, list) else value
    try:
        return kind(**made)
    except TypeError as error:
        raise UsageError(f"recipe {where}: {error}") from error
