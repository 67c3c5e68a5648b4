"""``python -m viz.serving.health``: exit code 0 where this container's server answers."""

import http.client
import os
import sys

from viz.serving.proxy import HEALTH

PORT = 8501
SECONDS = 4.0
PATH = "STREAMLIT_SERVER_BASE_URL_PATH"


def main() -> int:
    """Ask it."""
    path = os.environ.get(PATH, "").strip("/")
    asking = http.client.HTTPConnection("127.0.0.1", PORT, timeout=SECONDS)
    try:
        asking.request("GET", f"/{path}{HEALTH}" if path else HEALTH)
        return int(asking.getresponse().status != http.client.OK)
    except (OSError, http.client.HTTPException):
        return 1


if __name__ == "__main__":
    sys.exit(main())
