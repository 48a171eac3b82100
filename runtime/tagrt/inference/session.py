"""The ONNX Runtime session: one graph, safe to call from several threads at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import onnxruntime as ort

from tagrt.errors import BundleError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_SLOW_FUSION = "SkipLayerNormFusion"
"""Its fused kernel takes longer than the sum and the normalisation it replaces."""


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
            BundleError: If ONNX Runtime refuses it.
        """
        options = ort.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.execution_mode = ort.ExecutionMode.ORT_SEQUENTIAL
        options.enable_mem_pattern = False
        options.log_severity_level = 3
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        options.add_session_config_entry("session.inter_op.allow_spinning", "0")
        ort.disable_telemetry_events()
        try:
            self._session = ort.InferenceSession(
                model, options, providers=["CPUExecutionProvider"], disabled_optimizers=[_SLOW_FUSION]
            )
        except Exception as error:
            raise BundleError(f"ONNX Runtime {ort.__version__} cannot load the model: {error}") from error

    def logits(self, input_ids: NDArray[np.int64], lengths: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return float32 logits [batch, nodes] of right-padded ids [batch, tokens]."""
        (logits,) = self._session.run(["logits"], {"input_ids": input_ids, "lengths": lengths})
        return logits  # type: ignore[no-any-return]

    def embeddings(self, input_ids: NDArray[np.int64], lengths: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return float32 embeddings [batch, width], L2-normalised."""
        (found,) = self._session.run(["embedding"], {"input_ids": input_ids, "lengths": lengths})
        return found  # type: ignore[no-any-return]
