"""The commands that build, evaluate and describe the workspace."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bookrec import config
from bookrec.cli.command import format_of, guarded
from bookrec.cli.common_options import DataDir, Json, OutputFormat, Quiet, Verbose
from bookrec.cli.parsing import one_of
from bookrec.cli.root import MAKE, app
from bookrec.show import stages as show
from bookrec.show.screen import Screen
from bookrec.workspace.folder import open_workspace

Seed = Annotated[
    int, typer.Option("--seed", help="Random seed, also of the train, validation and test split.")
]
Raw = Annotated[
    Path | None,
    typer.Option(
        "--raw", help="Folder of raw CSVs. Default: raw/ in the workspace.", show_default=False
    ),
]


@app.command(rich_help_panel=MAKE)
def download(
    source: Annotated[
        str, typer.Option(help="kaggle, or starter: the built-in library with simulated readers.")
    ] = "kaggle",
    from_path: Annotated[
        list[Path] | None,
        typer.Option("--from", help="A folder, zip or CSV on this machine. Repeatable."),
    ] = None,
    force: Annotated[
        bool, typer.Option(help="Fetch files again even if they are already here and intact.")
    ] = False,
    data_dir: DataDir = None,
    format: OutputFormat = None,
    json: Json = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Download the two Kaggle data sets into raw/.

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
    """Merge the raw files into a catalogue of works and their ratings.

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
        str, typer.Option(help="The packaged encoder, or a sentence-transformers name or path.")
    ] = config.EmbedConfig.model,
    max_tokens: Annotated[
        int, typer.Option(min=8, max=8192, help="Tokens of a description; the rest is cut.")
    ] = config.EmbedConfig.max_tokens,
    batch_size: Annotated[int, typer.Option(min=1, help="Texts per batch.")] = (
        config.EmbedConfig.batch_size
    ),
    device: Annotated[str, typer.Option(help="cpu, cuda or mps.")] = config.EmbedConfig.device,
    data_dir: DataDir = None,
    format: OutputFormat = None,
    json: Json = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Encode each work's text as a vector. If interrupted, it resumes where it stopped.

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
    dim: Annotated[
        int, typer.Option(min=2, max=4096, help="Dimensions of each half of a book vector.")
    ] = config.ProjectionConfig.dim,
    epochs: Annotated[int, typer.Option(min=0, help="Training epochs; the best one is kept.")] = (
        config.ProjectionConfig.epochs
    ),
    seed: Seed = 0,
    start: Annotated[
        str,
        typer.Option(
            metavar="shipped|none",
            help="Start from the package's projection, or (none) from principal directions.",
        ),
    ] = config.ProjectionConfig.start,
    data_dir: DataDir = None,
    format: OutputFormat = None,
    json: Json = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Train the projection from text vectors to book vectors, with a triplet loss.

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
    """Fit alpha, the weight of a reader's own taste, and the weights of the list order.

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
            help="Readers the model has not seen: a file or folder of ID,Name,Rating.",
            show_default=False,
        ),
    ] = None,
    in_order: Annotated[
        bool,
        typer.Option(
            "--in-order",
            help="The rows of --ratings are in order of time: predict each reader's later ratings "
            "from the earlier ones.",
        ),
    ] = False,
    histories: Annotated[
        Path | None,
        typer.Option(
            help="A reading history with dates, or a folder of them: predict each rating from "
            "those of earlier days.",
            show_default=False,
        ),
    ] = None,
    max_history: Annotated[
        int | None,
        typer.Option(
            min=1, help="Cut histories to this many books, drawn at random.", show_default=False
        ),
    ] = None,
    seed: Seed = 0,
    report: Annotated[
        Path | None, typer.Option(help="Write an HTML report to this folder.", show_default=False)
    ] = None,
    data_dir: DataDir = None,
    format: OutputFormat = None,
    json: Json = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Compare predicted stars and lists with baselines, on held-out books.

    With --histories and one export, it measures how well bookrec would have predicted that reader,
    as far as the dates tell what was read before what.

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
            help="Folder of raw CSVs. Default: the one merged last, or raw/ if `bookrec download` "
            "has brought new files since.",
            show_default=False,
        ),
    ] = None,
    data_dir: DataDir = None,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Run merge, embed, train-projection and fit-alpha where needed.

    A step is skipped if its result is up to date. Otherwise it runs with the options of its last
    run.

    Example: bookrec build --raw ~/goodreads
    """
    screen = Screen(quiet, verbose)
    with guarded(screen):
        from bookrec.stages import build as stage

        for step in stage.steps(open_workspace(data_dir), raw, screen):
            show.stepped(screen, step)


@app.command(rich_help_panel=MAKE)
def status(
    data_dir: DataDir = None,
    format: OutputFormat = None,
    json: Json = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Show where the workspace is and which of its artefacts are fresh or stale.

    Example: bookrec status
    """
    screen = Screen(quiet, verbose)
    with guarded(screen):
        show.states(screen, format_of(screen, format, json), open_workspace(data_dir))
