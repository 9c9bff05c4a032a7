"""`unrolled cells`: the recurrent cells that --cell accepts."""

from typing import Any

from unrolled.cli.options import Json
from unrolled.cli.output import as_json, tell


def cells(
    json: Json = False,
) -> None:
    """List the recurrent cells, with their states, blocks of weights and options."""
    from unrolled import catalog

    for name in catalog.names("cells"):
        kind: Any = catalog.find("cells", name)
        options = list(getattr(kind, "__dataclass_fields__", {}))
        if json:
            found = {"states": list(kind.states), "blocks": list(kind.gates)}
            as_json({"cell": name, **found, "options": options})
            continue
        tell(
            f"{name:8} states {', '.join(kind.states):6} "
            f"blocks {', '.join(kind.gates):12} options {', '.join(options) or 'none'}"
        )
