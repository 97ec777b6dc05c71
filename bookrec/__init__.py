"""bookrec: books worth reading next, each with the stars you would give it and the reason why."""

__version__ = "0.1.0"
