"""``make_divisible`` step by step, for one number."""

from typing import NamedTuple

from viz.net.channels import make_divisible

LIMIT = 0.9  # of the wanted channels: what is rounded to less is lifted by one multiple


class Steps(NamedTuple):
    """Intermediate results from ``wanted`` channels to the rounded number ``given``.

    ``half`` is half a divisor, ``multiples`` how many whole divisors the sum holds; ``rounded`` is
    their product, at least one divisor; ``least`` is what must not be gone below.
    """

    wanted: float
    divisor: int
    half: float
    multiples: int
    rounded: int
    least: float
    given: int

    @property
    def guesses(self) -> dict[str, float]:
        """What might be built: the multiples around the request, or the request itself."""
        below = max(self.divisor, int(self.wanted // self.divisor) * self.divisor)
        return {"asked": self.wanted, "below": below, "above": below + self.divisor}

    @property
    def right(self) -> str:
        """The key of what is built, in ``guesses``."""
        return next(key for key, value in self.guesses.items() if value == self.given)

    @property
    def lifted(self) -> bool:
        """Whether rounding lost more than 10 %."""
        return self.rounded < self.least


def steps(wanted: float, divisor: int) -> Steps:
    """Every intermediate result of ``make_divisible``."""
    half = divisor / 2
    multiples = int((wanted + half) // divisor)
    rounded = max(divisor, multiples * divisor)
    return Steps(
        wanted, divisor, half, multiples, rounded, LIMIT * wanted, make_divisible(wanted, divisor)
    )
