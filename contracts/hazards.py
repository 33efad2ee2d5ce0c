"""隐患: what the hazard types of all agencies end with."""

from typing import Annotated

from pydantic import model_validator

from contracts.codes.shared import HazardOutcome
from contracts.fields import say
from contracts.followups import FollowUp
from contracts.other import other_needs_words
from contracts.texts import FREE_TEXT


class HazardConclusion(FollowUp):
    """办结: what became of a hazard."""

    outcome: Annotated[HazardOutcome, say("all", "work", "了解隐患结果", "整改结果", codes="hazard_outcome")]
    outcome_note: Annotated[
        str | None, say("S E P M U W L", "work", "结果为其他时说明，及需后续关注事项", "结果说明", max_length=500), FREE_TEXT
    ] = None

    @model_validator(mode="after")
    def _fits_together(self) -> "HazardConclusion":
        other_needs_words(self, outcome="outcome_note")
        return self
