"""The commands that make the workspace: download … evaluate, build, status."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bookrec import config
from bookrec.cli.options import DataDir, Json, OutputFormat, Quiet, Verbose, format_of, guarded
from bookrec.cli.parsing import one_of
from bookrec.cli.root import MAKE, app
from bookrec.show import stages as show
from bookrec.show.screen import Screen
from bookrec.workspace.folder import open_workspace

Seed = Annotated[int, typer.Option("--seed", help="Governs all that is random, the split too.")]
Raw = Annotated[
    Path | None,
    typer.Option(
        "--raw", help="Folder of raw CSVs. Default: raw/ of the workspace.", show_default=False
    ),
]


@app.command(rich_help_panel=MAKE)
def download(
    source: Annotated[
        str, typer.Option(help="kaggle, or starter: the built-in library with simulated readers.")
    ] = "kaggle",
    from_path: Annotated[
        list[Path] | None,
        typer.Option("--from", help="A folder, zip or CSV that is already here; may be repeated."),
    ] = None,
    force: Annotated[bool, typer.Option(help="Fetch again what is there and whole.")] = False,
    data_dir: DataDir = None,
    format: OutputFormat = None,
    json: Json = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Get the two Kaggle sets into raw/.

    Example: bookrec download --from ~/Downloads/archive.zip
    """
    screen = Screen(quiet, verbose)
    with guarded(screen):
        from bookrec.stages import download as stage

        chosen = config.DownloadConfig(source, tuple(from_path or ()), force)
        result = stage.run(open_workspace(data_dir), chosen, screen)
        show.downloaded(screen, format_of(screen, format, json), result)


@app.command(rich_help_panel=MAKE)
def merge(
    raw: Raw = None,
    data_dir: DataDir = None,
    format: OutputFormat = None,
    json: Json = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Raw files to a catalogue of works and the readers' ratings.

    Example: bookrec merge --raw ~/goodreads
    """
    screen = Screen(quiet, verbose)
    with guarded(screen):
        from bookrec.stages import merge as stage

        result = stage.run(open_workspace(data_dir), config.MergeConfig(raw), screen)
        show.merged(screen, format_of(screen, format, json), result)


@app.command(rich_help_panel=MAKE)
def embed(
    model: Annotated[
        str, typer.Option(help="The packaged encoder, or a name or path for sentence-transformers.")
    ] = config.EmbedConfig.model,
    max_tokens: Annotated[
        int, typer.Option(min=8, max=8192, help="Word pieces of a description.")
    ] = config.EmbedConfig.max_tokens,
    batch_size: Annotated[int, typer.Option(min=1, help="Texts at once.")] = (
        config.EmbedConfig.batch_size
    ),
    device: Annotated[str, typer.Option(help="cpu, cuda or mps.")] = config.EmbedConfig.device,
    data_dir: DataDir = None,
    format: OutputFormat = None,
    json: Json = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Each work's text to a vector. Interrupt it freely: it goes on where it stopped.

    Example: bookrec embed --max-tokens 256
    """
    screen = Screen(quiet, verbose)
    with guarded(screen):
        from bookrec.stages import embed as stage

        chosen = config.EmbedConfig(model, max_tokens, batch_size, device)
        result = stage.run(open_workspace(data_dir), chosen, screen)
        show.embedded(screen, format_of(screen, format, json), result)


@app.command("train-projection", rich_help_panel=MAKE)
def train_projection(
    dim: Annotated[int, typer.Option(min=2, max=4096, help="Width of a book vector.")] = (
        config.ProjectionConfig.dim
    ),
    epochs: Annotated[int, typer.Option(min=0, help="At most so many.")] = (
        config.ProjectionConfig.epochs
    ),
    seed: Seed = 0,
    start: Annotated[
        str,
        typer.Option(
            metavar="shipped|none",
            help="Begin with the package's map, or with what texts alone say.",
        ),
    ] = config.ProjectionConfig.start,
    data_dir: DataDir = None,
    format: OutputFormat = None,
    json: Json = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Triplet loss on cosine: text vectors to book vectors that know taste.

    Example: bookrec train-projection --dim 64 --seed 1
    """
    screen = Screen(quiet, verbose)
    with guarded(screen):
        from bookrec.stages import train_projection as stage

        one_of(start, "--start", ("shipped", "none"))
        chosen = config.ProjectionConfig(dim=dim, epochs=epochs, seed=seed, start=start)
        result = stage.run(open_workspace(data_dir), chosen, screen)
        show.trained(screen, format_of(screen, format, json), result)


@app.command("fit-alpha", rich_help_panel=MAKE)
def fit_alpha(
    seed: Seed = 0,
    data_dir: DataDir = None,
    format: OutputFormat = None,
    json: Json = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """The balance between a reader's own taste and the book's mean.

    Example: bookrec fit-alpha --json
    """
    screen = Screen(quiet, verbose)
    with guarded(screen):
        from bookrec.stages import fit_alpha as stage

        result = stage.run(open_workspace(data_dir), config.AlphaConfig(seed=seed), screen)
        show.fitted(screen, format_of(screen, format, json), result)


@app.command(rich_help_panel=MAKE)
def evaluate(
    ratings: Annotated[
        Path | None,
        typer.Option(
            help="Readers the model never saw: a file or folder of ID,Name,Rating.",
            show_default=False,
        ),
    ] = None,
    in_order: Annotated[
        bool,
        typer.Option(
            "--in-order",
            help="The rows of --ratings stand in the order of time: predict the later from the "
            "earlier.",
        ),
    ] = False,
    histories: Annotated[
        Path | None,
        typer.Option(
            help="A reading history with dates, or a folder of them: predict each book from what "
            "was read before.",
            show_default=False,
        ),
    ] = None,
    max_history: Annotated[
        int | None, typer.Option(min=1, help="Cut histories to so many books.", show_default=False)
    ] = None,
    seed: Seed = 0,
    report: Annotated[
        Path | None, typer.Option(help="Write one HTML page there.", show_default=False)
    ] = None,
    data_dir: DataDir = None,
    format: OutputFormat = None,
    json: Json = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """How well stars and lists are predicted on held-out books, beside the baselines.

    With --histories and one export: how well bookrec would have predicted that reader, as far as
    the dates in it tell what was read before what.

    Examples:

      bookrec evaluate --max-history 20

      bookrec evaluate --histories goodreads_library_export.csv

      bookrec evaluate --ratings others.csv --in-order --json
    """
    screen = Screen(quiet, verbose)
    with guarded(screen):
        from bookrec.show import evaluation as show_evaluate
        from bookrec.stages import evaluate as stage

        chosen = config.EvaluateConfig(
            ratings, in_order, histories, max_history, seed, report=report
        )
        result = stage.run(open_workspace(data_dir), chosen, screen)
        show_evaluate.evaluated(screen, format_of(screen, format, json), result)


@app.command(rich_help_panel=MAKE)
def build(
    raw: Annotated[
        Path | None,
        typer.Option(
            "--raw",
            help="Folder of raw CSVs. Default: the one merged last, or what a download brought "
            "since.",
            show_default=False,
        ),
    ] = None,
    data_dir: DataDir = None,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Run what is missing or stale of merge, embed, train-projection and fit-alpha.

    Each is run with the options it was last run with. Without --raw, merge reads the folder that
    it read last; but when `bookrec download` has brought something new since, it reads raw/.

    Example: bookrec build --raw ~/goodreads
    """
    screen = Screen(quiet, verbose)
    with guarded(screen):
        from bookrec.stages import build as pipeline

        for step in pipeline.steps(open_workspace(data_dir), raw, screen):
            show.stepped(screen, step)


@app.command(rich_help_panel=MAKE)
def status(
    data_dir: DataDir = None,
    format: OutputFormat = None,
    json: Json = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Where the workspace is, and what in it is fresh or stale.

    Example: bookrec status
    """
    screen = Screen(quiet, verbose)
    with guarded(screen):
        show.states(screen, format_of(screen, format, json), open_workspace(data_dir))
