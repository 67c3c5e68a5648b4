"""Work that can wait until the first page has been shown: loading torch, plotly and pandas."""

import gc
import threading
from functools import lru_cache

from viz.ui.torch_worker import WORKER


@lru_cache(maxsize=1)
def once() -> None:
    """Start the warm-up in the background; every further call does nothing."""
    threading.Thread(target=_load, name="warm-up", daemon=True).start()


def _load() -> None:
    WORKER.warm()
    import viz.charts  # noqa: F401 - pandas and plotly, loaded for those who come next

    # Streamlit collects all garbage after every run; what is loaded now will never be garbage.
    gc.collect()
    gc.freeze()
