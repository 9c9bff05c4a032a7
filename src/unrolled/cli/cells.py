"""`unrolled cells`: the recurrent cells that --cell accepts."""

import typer


def cells() -> None:
    """List the recurrent cells, with their gates and states."""
    from unrolled import catalog

    for name in catalog.names("cells"):
        kind = catalog.find("cells", name)
        options = ", ".join(getattr(kind, "__dataclass_fields__", {}))
        typer.echo(
            f"{name:8} states {', '.join(kind.states):6} "
            f"blocks {', '.join(kind.gates):12} options {options or 'none'}"
        )
