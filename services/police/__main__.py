"""``python -m services.police``."""

from services.chassis.run import main
from services.police import agency

main(agency)
