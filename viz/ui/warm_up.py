"""Work done when nobody waits for it any more: torch, plotly and pandas, after the first page.

Not earlier: while a browser loads the front end, every import in this process delays its files.
"""

import gc
import importlib
import threading
import time
from functools import lru_cache

from viz.ui.torch_worker import WORKER

QUIET_SECONDS = 3.0  # the browser needs the processor for its first picture
# After every 700 new objects, as Python does by default, looking for garbage takes 4 % of the
# processor while a class of 100 is there, and the whole of it 7 %.
OBJECTS_BETWEEN_COLLECTIONS = 20_000


@lru_cache(maxsize=1)
def once() -> None:
    """Start the work in the background; further calls do nothing."""
    threading.Thread(target=_load, name="warm-up", daemon=True).start()


def _load() -> None:
    time.sleep(QUIET_SECONDS)
    WORKER.warm()
    importlib.import_module("viz.ui.plotly_figure")
    # What is loaded now will never be garbage: no collection need look through it again.
    gc.collect()
    gc.freeze()
    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS)
