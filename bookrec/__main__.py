"""Entry point of `python -m bookrec`."""

from bookrec.cli import main

if __name__ == "__main__":
    main()
