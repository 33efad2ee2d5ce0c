"""``python -m services.schools``."""

from services.chassis.run import main
from services.schools import agency

main(agency)
