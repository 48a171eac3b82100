"""Model bundles: the folder that ships, its manifest, and the check that nobody changed it."""

from tagrt.bundle.bundle import Bundle
from tagrt.bundle.manifest import Manifest

__all__ = ["Bundle", "Manifest"]
