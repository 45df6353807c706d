"""Runs the command as ``python -m lintian_ml``."""

import sys

from lintian_ml.cli import main

sys.exit(main())
