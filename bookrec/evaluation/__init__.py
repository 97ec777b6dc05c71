"""Measuring predictions and lists on held-out ratings."""
