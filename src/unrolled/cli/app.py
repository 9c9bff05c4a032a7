"""The command `unrolled`: its verbs, and how every one of them ends.

    0    done
    1    a mistake that the user can mend
    2    wrong usage
    3    interrupted, and saved: --resume goes on
    130  interrupted where there was nothing to save, as shells count it

A verb's file imports torch inside its function, so that `unrolled --help` answers
without waiting for it.
"""

import os
import sys
from io import TextIOWrapper

import typer

from unrolled import __version__
from unrolled.cli.bench import bench
from unrolled.cli.cells import cells
from unrolled.cli.check import check
from unrolled.cli.compare import compare
from unrolled.cli.data import data
from unrolled.cli.demo import demo
from unrolled.cli.doctor import doctor
from unrolled.cli.embed import embed
from unrolled.cli.evaluate import evaluate
from unrolled.cli.explain import explain
from unrolled.cli.follow import follow
from unrolled.cli.generate import generate
from unrolled.cli.listen import listen
from unrolled.cli.output import ReaderGoneError, say
from unrolled.cli.predict import predict
from unrolled.cli.score import score
from unrolled.cli.tasks import tasks
from unrolled.cli.train import train
from unrolled.errors import FixableError, InterruptedTrainingError

app = typer.Typer(
    name="unrolled",
    help="Recurrent networks you can train in minutes on a laptop, see through, and"
    " ship.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for verb in (
    train,
    evaluate,
    predict,
    generate,
    listen,
    follow,
    score,
    explain,
    check,
    compare,
    doctor,
    demo,
    bench,
    cells,
    tasks,
):
    app.command()(verb)
app.add_typer(data, name="data")
app.add_typer(embed, name="embed")


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"unrolled {__version__}")
        raise typer.Exit


@app.callback()
def _everything(
    version: bool = typer.Option(
        False, "--version", callback=_version, is_eager=True, help="Print the version."
    ),
) -> None:
    pass


def main() -> None:
    """Runs the command line and exits with its code."""
    _speak_unicode()
    try:
        app(prog_name="unrolled")
    except FixableError as why:
        say(str(why))
        sys.exit(1)
    except InterruptedTrainingError:
        say("Stopped, and saved. The same command with --resume goes on.")
        sys.exit(3)
    except ReaderGoneError:
        # Python flushes standard output once more at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except OSError as why:
        say(
            f"{why.filename or 'a file'}: {why.strerror or why}.\n"
            "  expected: a path that can be read or written\n"
            "  to fix:   check the path, its permissions and the free space\n"
            "  code:     system"
        )
        sys.exit(1)


def _speak_unicode() -> None:
    """UTF-8 into files and pipes; on a terminal of less, `?` for what it lacks."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            encoding = None if stream.isatty() else "utf-8"
            stream.reconfigure(encoding=encoding, errors="replace")
