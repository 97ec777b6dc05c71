"""Vectors and ratings to stars: means, prediction, reasons, ranking, metrics."""
