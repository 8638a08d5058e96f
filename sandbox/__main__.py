"""`python -m sandbox` serves; `python -m sandbox fault|clear|stats|clock` turns a served one."""

from __future__ import annotations

import sys

from sandbox.cli import main

if __name__ == "__main__":
    sys.exit(main())
