"""Predicted stars, the order of a list, and the reasons, for one reader."""
