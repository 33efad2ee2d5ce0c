"""`python -m contracts.schemas`: bring the committed schemas to the models, and name what changed."""

import sys
from pathlib import Path

from contracts.schemas import export_schemas

if __name__ == "__main__":
    for name in export_schemas(Path(__file__).parent):
        sys.stdout.write(f"{name}\n")
