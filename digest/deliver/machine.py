"""The clock of the machine, which nobody sets."""

import time


def machine_time() -> float:
    """Seconds since the machine was started, those included in which it slept, where the system counts them."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()
