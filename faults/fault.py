"""What one fault is."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date

from faults.guests import Evening
from faults.site import Site

Doing = Callable[[Site, Evening, int], Awaitable[str]]
"""It gets how many moments to strike at, and returns what it has measured, in words."""


@dataclass(frozen=True, slots=True)
class Fault:
    name: str
    row: str
    """What is done, in a sentence."""
    do: Doing
    errors: tuple[str, ...]
    """Words of the error lines, with their tracebacks, that belong to it."""
    repeats: bool
    """A message may come twice: somebody died between sending and noting."""
    eve: date | None
    """The day at whose noon guests come; any, if it does not matter."""


def fault(*, errors: tuple[str, ...] = (), repeats: bool = False, eve: date | None = None) -> Callable[[Doing], Fault]:
    def named(do: Doing) -> Fault:
        name = str(getattr(do, "__name__", "")).replace("_", " ")
        return Fault(name, (do.__doc__ or name).partition("\n")[0], do, errors, repeats, eve)

    return named
