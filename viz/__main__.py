"""``python -m viz``: the same as the script ``atlas``."""

import sys

from viz.cli.main import main

sys.exit(main())
