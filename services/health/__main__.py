"""``python -m services.health``."""

from services.chassis.run import main
from services.health import agency

main(agency)
