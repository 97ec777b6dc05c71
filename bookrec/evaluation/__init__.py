"""Evaluation of predicted stars and of recommendation lists on held-out ratings."""
