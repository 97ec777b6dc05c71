"""The commands: parse, call one stage, show. No logic."""

from __future__ import annotations

import contextlib
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from bookrec import __version__, config, show
from bookrec.console import Format, Screen
from bookrec.errors import BookrecError, UsageError
from bookrec.workspace import Workspace, open_workspace

app = typer.Typer(
    name="bookrec",
    help="Books worth reading next: each with the stars you would give it and the reason why.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
)

DataDir = Annotated[
    Path | None,
    typer.Option(
        "--data-dir",
        envvar="BOOKREC_HOME",
        help="The workspace. Default: the platform's data folder.",
        show_default=False,
        rich_help_panel="Everywhere",
    ),
]
OutputFormat = Annotated[
    Format | None,
    typer.Option(
        "--format",
        help="How the result is written. Default: a table on a terminal, tsv in a pipe.",
        show_default=False,
        rich_help_panel="Everywhere",
    ),
]
Json = Annotated[
    bool, typer.Option("--json", help="Short for --format json.", rich_help_panel="Everywhere")
]
Quiet = Annotated[
    bool, typer.Option("--quiet", "-q", help="Only data and errors.", rich_help_panel="Everywhere")
]
Verbose = Annotated[
    bool, typer.Option("--verbose", "-v", help="Say more on stderr.", rich_help_panel="Everywhere")
]
Seed = Annotated[int, typer.Option("--seed", help="Governs all that is random, the split too.")]
Raw = Annotated[
    Path | None,
    typer.Option(
        "--raw", help="Folder of raw CSVs. Default: raw/ of the workspace.", show_default=False
    ),
]


def _version(wanted: bool) -> None:
    if wanted:
        print(f"bookrec {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Books worth reading next: each with the stars you would give it and the reason why."""


@app.command()
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
    with _guarded(screen):
        from bookrec.stages import download as stage

        chosen = config.DownloadConfig(source, tuple(from_path or ()), force)
        result = stage.run(open_workspace(data_dir), chosen, screen)
        show.downloaded(screen, _format(screen, format, json), result)


@app.command()
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
    with _guarded(screen):
        from bookrec.stages import merge as stage

        result = stage.run(open_workspace(data_dir), config.MergeConfig(raw), screen)
        show.merged(screen, _format(screen, format, json), result)


@app.command()
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
    with _guarded(screen):
        from bookrec.stages import embed as stage

        chosen = config.EmbedConfig(model, max_tokens, batch_size, device)
        result = stage.run(open_workspace(data_dir), chosen, screen)
        show.embedded(screen, _format(screen, format, json), result)


@app.command("train-projection")
def train_projection(
    dim: Annotated[int, typer.Option(min=2, max=4096, help="Width of a book vector.")] = (
        config.ProjectionConfig.dim
    ),
    epochs: Annotated[int, typer.Option(min=0, help="At most so many.")] = (
        config.ProjectionConfig.epochs
    ),
    seed: Seed = 0,
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
    with _guarded(screen):
        from bookrec.stages import train_projection as stage

        chosen = config.ProjectionConfig(dim=dim, epochs=epochs, seed=seed)
        result = stage.run(open_workspace(data_dir), chosen, screen)
        show.trained(screen, _format(screen, format, json), result)


@app.command("fit-alpha")
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
    with _guarded(screen):
        from bookrec.stages import fit_alpha as stage

        result = stage.run(open_workspace(data_dir), config.AlphaConfig(seed=seed), screen)
        show.fitted(screen, _format(screen, format, json), result)


@app.command()
def evaluate(
    ratings: Annotated[
        Path | None,
        typer.Option(
            help="Readers the model never saw: a file or folder of ID,Name,Rating.",
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
    """Correlation of predicted and real ratings on held-out books, beside the baselines.

    Example: bookrec evaluate --max-history 20
    """
    screen = Screen(quiet, verbose)
    with _guarded(screen):
        from bookrec.stages import evaluate as stage

        chosen = config.EvaluateConfig(ratings, max_history, seed, report=report)
        result = stage.run(open_workspace(data_dir), chosen, screen)
        show.evaluated(screen, _format(screen, format, json), result)


def _complete_title(incomplete: str) -> list[str]:
    from bookrec.data.catalogue import Catalogue
    from bookrec.data.lookup import suggest
    from bookrec.library import built_in, has_library

    mine = open_workspace()
    workspace = mine if has_library(mine) else built_in()
    with contextlib.suppress(Exception), Catalogue(workspace.path("catalogue.sqlite")) as catalogue:
        return suggest(catalogue, incomplete)
    return []


@app.command()
def recommend(
    titles: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[TITLE…]",
            help="Books you love, or TITLE=STARS.",
            autocompletion=_complete_title,
            show_default=False,
        ),
    ] = None,
    author: Annotated[str, typer.Option("-a", "--author", help="Who wrote it, or a part.")] = "",
    history: Annotated[
        str | None,
        typer.Option(
            "-H", "--history", metavar="FILE|-", help="Your reading history.", show_default=False
        ),
    ] = None,
    limit: Annotated[int, typer.Option("-n", "--limit", min=1, max=1000, help="How many.")] = 10,
    genre: Annotated[
        list[str] | None, typer.Option(help="Only this genre; repeat for more.")
    ] = None,
    not_genre: Annotated[list[str] | None, typer.Option(help="Not this genre.")] = None,
    language: Annotated[list[str] | None, typer.Option(help="Only this language.")] = None,
    year: Annotated[
        str | None,
        typer.Option(metavar="1950-2020", help="First published then.", show_default=False),
    ] = None,
    min_ratings: Annotated[int, typer.Option(min=0, help="At least so many ratings.")] = 0,
    series: Annotated[
        str, typer.Option(help="first, next, any or none: which volumes may come.")
    ] = "next",
    max_per_author: Annotated[int, typer.Option(min=1, help="At most so many an author.")] = 2,
    exclude_author: Annotated[list[str] | None, typer.Option(help="Not by this author.")] = None,
    diversity: Annotated[float, typer.Option(min=0, max=1, help="How unlike each other.")] = 0.0,
    novelty: Annotated[float, typer.Option(min=0, max=1, help="How little read.")] = 0.0,
    unmatched: Annotated[
        Path | None, typer.Option(help="Write history rows that found no book.", show_default=False)
    ] = None,
    explain: Annotated[bool, typer.Option(help="Give the reason for each book.")] = True,
    data_dir: DataDir = None,
    format: OutputFormat = None,
    json: Json = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Books to read next.

    Examples:

      bookrec recommend "Dune" --author Herbert

      bookrec recommend "Dune=5" "Twilight=1" -n 5 --format ndjson | jq -r .title

      bookrec recommend --history goodreads_library_export.csv --genre Mystery
    """
    screen = Screen(quiet, verbose)
    with _guarded(screen):
        from bookrec.stages import recommend as stage

        chosen = config.RecommendConfig(
            seeds=tuple(_seed(t) for t in titles or ()),
            author=author,
            history=_history_bytes(history),
            history_name="stdin" if history == "-" else Path(history or "").name,
            limit=limit,
            genres=tuple(genre or ()),
            not_genres=tuple(not_genre or ()),
            languages=tuple(language or ()),
            years=_years(year),
            min_ratings=min_ratings,
            series=_one_of(series, "--series", ("first", "next", "any", "none")),
            max_per_author=max_per_author,
            exclude_authors=tuple(exclude_author or ()),
            diversity=diversity,
            novelty=novelty,
            explain=explain,
        )
        result = stage.run(_library(screen, open_workspace(data_dir)), chosen)
        show.recommended(screen, _format(screen, format, json), result, unmatched)


@app.command()
def build(
    raw: Raw = None,
    data_dir: DataDir = None,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Run what is missing or stale of merge, embed, train-projection and fit-alpha.

    Example: bookrec build --raw ~/goodreads
    """
    screen = Screen(quiet, verbose)
    with _guarded(screen):
        from bookrec import pipeline

        for step in pipeline.steps(open_workspace(data_dir), raw, screen):
            show.stepped(screen, step)


@app.command()
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
    with _guarded(screen):
        show.states(screen, _format(screen, format, json), open_workspace(data_dir))


def main() -> None:
    """Run the command line; the exit codes are those of docs/cli.md."""
    app()


@contextlib.contextmanager
def _guarded(screen: Screen) -> Iterator[None]:
    """Turn errors into one clear message and the right exit code; Ctrl-C into 130."""
    try:
        yield
    except BookrecError as error:
        screen.fail(error)
        raise typer.Exit(error.exit_code) from None
    except KeyboardInterrupt:
        screen.say("bookrec: interrupted; nothing that was finished is lost.")
        raise typer.Exit(130) from None


def _format(screen: Screen, chosen: Format | None, json: bool) -> Format:
    return Format.JSON if json else screen.format_or_default(chosen)


def _library(screen: Screen, workspace: Workspace) -> Workspace:
    from bookrec.library import built_in, has_library

    if has_library(workspace):
        return workspace
    if workspace.path("catalogue.sqlite").exists() or not has_library(built_in()):
        return workspace  # its own error says which command comes next
    screen.say(
        "Using the built-in library (1,191 books); `bookrec download && bookrec build` gets "
        "the full one."
    )
    return built_in()


def _seed(text: str) -> tuple[str, float | None]:
    """ "Dune=4" is a title and its stars; a title may hold a `=` of its own."""
    match = re.fullmatch(r"(.+?)\s*=\s*(\d(?:[.,]\d+)?)", text)
    if not match:
        return text, None
    stars = float(match[2].replace(",", "."))
    if not 1 <= stars <= 5:
        raise UsageError(f"{text!r}: stars go from 1 to 5.", f'Type "{match[1]}=4", say.')
    return match[1], stars


def _history_bytes(history: str | None) -> bytes | None:
    if history is None:
        return None
    if history == "-":
        return sys.stdin.buffer.read()
    path = Path(history).expanduser()
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError(
            f"The history {history!r} cannot be read: {error.strerror or error}.",
            "Name a file with columns title,author,rating, or - for stdin.",
        ) from error


def _years(text: str | None) -> tuple[int | None, int | None]:
    if text is None:
        return None, None
    match = re.fullmatch(r"\s*(-?\d{1,4})?\s*(?:(-|–)\s*(-?\d{1,4})?)?\s*", text)
    if not match or not (match[1] or match[3]):
        raise UsageError(f"--year {text!r} is no span of years.", "Type 1950-2020, 1950- or -1950.")
    low = int(match[1]) if match[1] else None
    if not match[2]:
        if low is not None and low < 0 and text.strip().startswith("-"):
            return None, -low
        return low, low
    high = int(match[3]) if match[3] else None
    if low is not None and high is not None and low > high:
        raise UsageError(f"--year {text!r} ends before it begins.", "Type the earlier year first.")
    return low, high


def _one_of(value: str, option: str, choices: tuple[str, ...]) -> str:
    if value not in choices:
        raise UsageError(f"{option} {value!r} is not known.", f"Choose: {', '.join(choices)}.")
    return value
