"""From texts to book vectors: the sentence encoder and the learned projection."""
