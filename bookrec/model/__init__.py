"""Texts to vectors, and the learned map."""
