"""From texts to taggings: tokens, ONNX session, masses, back-off."""
