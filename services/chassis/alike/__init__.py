"""可能是同一件事: what the unit's own desks hold or filed already, beside what a person files. A hint: it asks for nothing and stops nothing."""

from services.chassis.alike.find import alike, alike_to_event
from services.chassis.alike.shapes import AlikeBody, AlikeList, AlikeShape, Draft

__all__ = ["AlikeBody", "AlikeList", "AlikeShape", "Draft", "alike", "alike_to_event"]
