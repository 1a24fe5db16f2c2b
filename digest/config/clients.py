"""What mail clients can show, by the tests of caniemail.com (MIT licence); `tools/clients.py` renews it."""

import json
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

_FILE = Path(__file__).with_name("clients.json")


@dataclass(frozen=True)
class Clients:
    """The facts: `names` are like `gmail.ios`; a feature has one letter for each of them, in their order.

    `y` is shown, `a` partly, `n` not shown, `u` unknown, `-` never tested.
    """

    updated: str
    titles: dict[str, str]
    names: tuple[str, ...]
    features: dict[str, str]

    @cached_property
    def families(self) -> frozenset[str]:
        """The names of clients on whatever they run: `gmail`."""
        return frozenset(name.split(".")[0] for name in self.names)

    def places(self, wanted: tuple[str, ...]) -> list[int]:
        """Where the answers of some clients stand, named with or without what they run on."""
        return [at for at, name in enumerate(self.names) if name in wanted or name.split(".")[0] in wanted]


@lru_cache(maxsize=1)
def clients() -> Clients:
    """The facts that ship with digest."""
    data: dict[str, Any] = json.loads(_FILE.read_text(encoding="utf-8"))
    return Clients(
        updated=data["updated"], titles=data["families"], names=tuple(data["clients"]), features=data["features"]
    )


def known_client(name: str) -> str:
    """The name, when it is one of a mail client. Raises ValueError, to be read on after the name."""
    import difflib

    known = clients()
    if name in known.families or name in known.names:
        return name
    close = difflib.get_close_matches(name, [*known.families, *known.names], n=1, cutoff=0.5)
    hint = f"did you mean {close[0]!r}?" if close else f"known: {', '.join(sorted(known.families))}"
    raise ValueError(f"is no mail client that is known; {hint}")
