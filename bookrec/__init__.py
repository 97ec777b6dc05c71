"""bookrec recommends books, each with a predicted rating and the reasons for it."""

__version__ = "0.1.0"
