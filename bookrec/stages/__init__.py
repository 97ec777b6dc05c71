"""The commands as functions: one file per command, each with `run`.

A stage returns its result and prints nothing. Stages do not import one another, except that `build`
runs the others. `why_not.py` belongs to `explain`.
"""
