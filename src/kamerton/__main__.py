"""`python -m kamerton`: the same as `kamerton`."""

import sys

from kamerton.cli.main import main

sys.exit(main())
