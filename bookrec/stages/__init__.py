"""One file a command: `run(workspace, config, progress) -> Result`.

A stage prints nothing and imports no other.
"""
