"""How many connections the system lets a process hold open."""

from contextlib import suppress

_OTHERS = 40  # files, pipes and sockets of a run that are no connections to the web: the store, the parsing processes
_LEAST = 2


def affordable(wanted: int) -> int:
    """How many connections may be in use at a time, of those that are wanted, with as many that wait beside them.

    Raises the limit of open files as far as that takes and the system allows: many systems begin with 256 or less.
    Beyond the limit every further source would look as if nothing answered there.
    """
    try:
        import resource
    except ImportError:  # a system without such limits
        return wanted
    needed = 2 * wanted + _OTHERS
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    raised = needed if hard == resource.RLIM_INFINITY else min(needed, hard)
    if soft != resource.RLIM_INFINITY and soft < raised:
        with suppress(ValueError, OSError):  # a system may allow less than it says
            resource.setrlimit(resource.RLIMIT_NOFILE, (raised, hard))
            soft = raised
    return wanted if soft == resource.RLIM_INFINITY else max(_LEAST, min(wanted, (soft - _OTHERS) // 2))
