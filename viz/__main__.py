"""Lets ``python -m viz`` run the commands."""

import sys

from viz.cli.main import main

sys.exit(main())
