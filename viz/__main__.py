"""Lets ``python -m viz`` run the commands."""

import sys

from viz.commands import main

sys.exit(main())
