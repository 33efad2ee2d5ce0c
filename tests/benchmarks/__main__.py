"""`make bench`: what deciding costs while the pack and the directory grow, and what a due costs the clock while the table of duties grows.

Every figure is a ratio to the smallest case of the same run; the slope is that of log(cost) over log(size): flat is below 0.1.
"""

import asyncio
import os
import sys

from tests.benchmarks.deciding import growing_directory, growing_pack
from tests.benchmarks.duties import growing_duties


def main() -> int:
    series = [
        growing_pack(sizes("MANDATES", "100,1000,10000")),
        growing_directory(sizes("UNITS", "1000,10000,100000,500000")),
        asyncio.run(growing_duties(sizes("DUTIES", "10000,100000,1000000"))),
    ]
    for one in series:
        sys.stdout.write(one.text())
    return 0 if all(one.is_flat for one in series) else 1


def sizes(name: str, usual: str) -> list[int]:
    """``MANDATES=100,1000 make bench``: other sizes than the usual ones."""
    return [int(size) for size in os.environ.get(name, usual).split(",")]


if __name__ == "__main__":
    sys.exit(main())
