"""The ONNX Runtime session: one graph, safe to call from several threads at once."""

from __future__ import annotations

from contextlib import suppress
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import onnxruntime as ort

from tagrt.errors import BundleError

if TYPE_CHECKING:
    from numpy.typing import NDArray

_SLOW_FUSION = "SkipLayerNormFusion"
"""Its fused kernel takes longer than the sum and the normalisation it replaces."""


ARENA_BYTES = 512 << 20
"""Most memory that graphs of this process may take: a hostile one is refused before it takes it all."""

_INPUTS = {"input_ids": "tensor(int64)", "lengths": "tensor(int64)"}
_OUTPUTS = {"logits": "tensor(float)", "embedding": "tensor(float)"}


class Session:
    """A loaded graph.

    Each call runs on the calling thread alone: for batches, two threads with one call each beat one call
    on two threads, and nothing ever spins.
    """

    def __init__(self, model: bytes) -> None:
        """Load a graph.

        Args:
            model: The ONNX file's bytes.

        Raises:
            BundleError: If ONNX Runtime refuses it, or it has other inputs and outputs than ours.
        """
        _bound_arena()
        options = ort.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.execution_mode = ort.ExecutionMode.ORT_SEQUENTIAL
        options.enable_mem_pattern = False
        options.log_severity_level = 4  # failures are raised, and told once
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        options.add_session_config_entry("session.inter_op.allow_spinning", "0")
        options.add_session_config_entry("session.use_env_allocators", "1")
        ort.disable_telemetry_events()
        try:
            self._session = ort.InferenceSession(
                model, options, providers=["CPUExecutionProvider"], disabled_optimizers=[_SLOW_FUSION]
            )
        except Exception as error:
            raise BundleError(f"ONNX Runtime {ort.__version__} cannot load the model: {error}") from error
        for ours, theirs in (
            (_INPUTS, self._session.get_inputs()),
            (_OUTPUTS, self._session.get_outputs()),
        ):
            if ours != {value.name: value.type for value in theirs}:
                raise BundleError(f"the model's graph has not the inputs and outputs {_named(ours)}")

    def check(self, tokens: int, highest_id: int, labels: int) -> None:
        """Run the graph once on its longest input.

        Args:
            tokens: The longest input.
            highest_id: The highest token id that the tokenizer gives.
            labels: How many logits there must be.

        Raises:
            BundleError: If the graph does not take such an input, or gives something else than logits.
        """
        ids = np.full((1, tokens), highest_id, dtype=np.int64)
        logits = self.logits(ids, np.array([tokens]))
        if logits.shape != (1, labels) or not np.isfinite(logits).all():
            raise BundleError(f"the model's graph does not give {labels} finite logits, one per label")

    def logits(self, input_ids: NDArray[np.int64], lengths: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return float32 logits [batch, nodes] of right-padded ids [batch, tokens].

        Raises:
            BundleError: If the graph fails.
        """
        return self._run("logits", input_ids, lengths)

    def embeddings(self, input_ids: NDArray[np.int64], lengths: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return float32 embeddings [batch, width], L2-normalised.

        Raises:
            BundleError: If the graph fails.
        """
        return self._run("embedding", input_ids, lengths)

    def both(
        self, input_ids: NDArray[np.int64], lengths: NDArray[np.int64]
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return logits and embeddings, from one call of the graph.

        Raises:
            BundleError: If the graph fails.
        """
        logits, embeddings = self._outputs(["logits", "embedding"], input_ids, lengths)
        return logits, embeddings

    def _run(
        self, output: str, input_ids: NDArray[np.int64], lengths: NDArray[np.int64]
    ) -> NDArray[np.float32]:
        (found,) = self._outputs([output], input_ids, lengths)
        return found

    def _outputs(
        self, outputs: list[str], input_ids: NDArray[np.int64], lengths: NDArray[np.int64]
    ) -> list[NDArray[np.float32]]:
        try:
            found = self._session.run(outputs, {"input_ids": input_ids, "lengths": lengths})
        except Exception as error:
            raise BundleError(f"the model's graph failed: {error}") from error
        return found  # type: ignore[no-any-return]


@lru_cache(maxsize=1)
def _bound_arena() -> None:
    """Give all sessions of this process one arena that grows no further than it must."""
    memory = ort.OrtMemoryInfo("Cpu", ort.OrtAllocatorType.ORT_ARENA_ALLOCATOR, 0, ort.OrtMemType.DEFAULT)
    settings = ort.OrtArenaCfg({"max_mem": ARENA_BYTES, "arena_extend_strategy": 1})
    with suppress(Exception):  # another library of this process may have set one up
        ort.create_and_register_allocator(memory, settings)


def _named(values: dict[str, str]) -> str:
    return ", ".join(f"{name}: {kind}" for name, kind in values.items())
