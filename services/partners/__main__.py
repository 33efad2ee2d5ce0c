"""``python -m services.partners``."""

from services.chassis.run import main
from services.partners import agency

main(agency)
