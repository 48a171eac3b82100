"""`python -m tagrt`."""

import sys

from tagrt.cli.main import main

sys.exit(main())
