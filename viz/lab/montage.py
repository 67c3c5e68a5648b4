"""Pages of a feature map's channels: what a page shows, and what torch draws of it."""

PER_PAGE = 12  # channels


def pages_of(channels: int) -> int:
    """How many pages show so many channels."""
    return -(-channels // PER_PAGE)


def first_of(page: int, channels: int) -> int:
    """Channels before a page, counted from 1; the last one where there are fewer."""
    return PER_PAGE * (min(page, pages_of(channels)) - 1)
