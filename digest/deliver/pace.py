"""A rate that falls by half when a server asks for less, and comes back slowly."""

# Several connections hear of the same shortage at once; what was said before the last cut is no reason for another.
_DEAF_S = 5.0
_DOUBLES_IN_S = 60.0
_SLOWEST = 0.5  # letters a second: a try every two seconds still finds out when a server is well again
_FREE_AGAIN = 8.0  # times the rate that was too much


class Pace:
    """Moments at which a letter may go. `ceiling` is letters a second, 0 for no limit. Times are seconds of one clock.

    For one thread at a time.
    """

    def __init__(self, ceiling: float, *, now: float) -> None:
        self._ceiling = ceiling
        self._next = now
        self._cut_at: float | None = None
        self._cut_to = self._too_much = 0.0

    def rate(self, now: float) -> float:
        """Letters a second, 0 for no limit."""
        if self._cut_at is None:
            return self._ceiling
        # The exponent is bounded: after a night the power would be more than a float holds.
        recovered: float = self._cut_to * 2.0 ** min((now - self._cut_at) / _DOUBLES_IN_S, 60.0)
        if recovered < (self._ceiling or _FREE_AGAIN * self._too_much):
            return recovered
        self._cut_at = None
        return self._ceiling

    def pause(self, now: float) -> float:
        """Seconds until the next letter may go; 0 when one may go now."""
        return max(0.0, self._next - now) if self.rate(now) else 0.0

    def take(self, now: float) -> None:
        """One letter goes. Time that passed unused is not saved up."""
        if rate := self.rate(now):
            self._next = max(self._next, now) + 1.0 / rate

    def slow(self, now: float, *, lately: float) -> float:
        """Fall to half of the rate, or, where there is no limit, of what went out `lately`; returns the new rate."""
        if self._cut_at is not None and now - self._cut_at < _DEAF_S:
            return self.rate(now)
        self._too_much = max(self.rate(now) or lately, 2 * _SLOWEST)
        self._cut_at, self._cut_to = now, self._too_much / 2
        self._next = now + 1.0 / self._cut_to
        return self._cut_to
