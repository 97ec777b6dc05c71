"""Text to vectors: the encoder, and the projection trained on taste."""
