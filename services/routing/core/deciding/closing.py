"""How a joint task ends by what is stated, not by its lead: a conclusion, a hospital's slip, a level that stays in the school."""

from dataclasses import dataclass, replace
from datetime import datetime

from contracts.envelope import Event
from contracts.followups import new_values
from contracts.registry import event_type
from services.routing.core.answering.respond import end_task_duties
from services.routing.core.climbing.ladder import finish
from services.routing.core.clocks.pause import end_pause
from services.routing.core.clocks.timing import RUNNING, current, open_duty, start_task_clocks, tell_timed
from services.routing.core.deadlines import Review, compute_due, parse_form
from services.routing.core.matching.match import spoken_of
from services.routing.core.matching.places import desk_time, rule_of
from services.routing.core.model import Clocks, Fold, Incident, Task
from services.routing.core.tasks.after import is_rated, tell_lead
from services.routing.core.tasks.announce import announce, closed_message, tell_closed
from services.routing.core.tasks.complete import is_complete


@dataclass(frozen=True, slots=True)
class Ending:
    """A close form of the mandates that no clock measures alone, and the statement that ends it: a type, one of its fields, its value."""

    form: str
    about: str
    field: str
    value: str

    def holds(self, task: Task, incident: Incident, about: str) -> bool:
        said = (about, incident.said(about).get(self.field)) == (self.about, self.value)
        return said and task.close is not None and (task.close == self.form or _are_reviews(task.close, self.form))


def _are_reviews(*forms: str) -> bool:
    """Whether each is a case that is reviewed again and again, after however many days."""
    return all(isinstance(parse_form(form), Review) for form in forms)


ENDINGS: tuple[Ending, ...] = (
    Ending("slip discharged", "health.psych-referral.answered", "step", "discharged"),
    Ending("review every 30nd", "school.psych-followup.recorded", "step", "closed"),
)
REVIEWED = Ending("review every 30nd", "school.psych-followup.recorded", "step", "review")
"""The case stays open, and is owed its next review."""
FOUND_ANOTHER = Ending("slip accepted", "health.psych-referral.answered", "step", "accepted")
"""The search for another hospital is over; the crisis goes on with it."""
CRISIS = "PSY-01"


def close_by_statement(fold: Fold, incident: Incident, event: Event) -> None:
    """What an event that joins an incident, or moves its level, ends."""
    incident = fold.state.incidents[incident.id]
    task = fold.task_of(incident.id)
    if task is None or task.closed_at is not None:
        return
    about = spoken_of(event)
    ending = next((one for one in ENDINGS if one.holds(task, incident, about)), None)
    if ending is not None:
        end_task(fold, incident, task, event, outcome=ending.value)
    elif goes_local(incident):
        end_task(fold, incident, task, event, outcome="to-local", widely=False)
    elif FOUND_ANOTHER.holds(task, incident, about):
        _go_on_with(fold, incident, task, event)
    elif REVIEWED.holds(task, incident, about) and _says(event, REVIEWED.field):
        _begin_next_review(fold, incident, task, event.envelope.time)


def _says(event: Event, field: str) -> bool:
    """Whether an event states a field itself, or corrects it."""
    mark = event_type(event.name).mark
    return mark is None or field in new_values(mark, event.data)


def _begin_next_review(fold: Fold, incident: Incident, task: Task, at: datetime) -> None:
    """复评: the review that was owed is done, be it in time or late, and the next one is owed from now on."""
    close = current(fold, task.id, "close")
    if close is None or close.state not in RUNNING:
        return
    finish(fold, close, at, "done")
    due = compute_due(close.forms[0], at, desk_time(fold, incident, task.lead, at), duty="close", origin="复评")
    clocks = Clocks(close.version, {"close": close.forms}, task.ladder, "anew")
    opened = open_duty(fold, "close", task, due, start=at, clocks=clocks, about=at.isoformat())
    tell_timed(fold, (opened,), task=task.id, version=task.version)


def goes_local(incident: Incident) -> bool:
    """Whether a case is the school's own from now on: its task ends, and no desk outside hears of it."""
    return incident.family == "psych" and incident.picture.get("level") == "yellow"


def end_task(fold: Fold, incident: Incident, task: Task, event: Event, *, outcome: str, widely: bool = True) -> None:
    """The task is closed in the name of the desk that spoke; everybody with a part and the publisher learns it.

    Not ``widely``: what stays in the school is told to the lead and the publisher alone. Of a conclusion the lead is told in any case."""
    at, speaker = event.envelope.time, event.envelope.publisher
    done = replace(end_pause(fold, task, at), closed_at=at, rating=widely and is_rated(fold, incident))
    fold.put(done)
    end_task_duties(fold, done, at)
    complete = is_complete(fold, incident)
    message = closed_message(incident, done, desk=speaker, outcome=outcome, at=at, complete=complete)
    tell_closed(fold, incident, done, message, widely=widely)
    fold.put(replace(fold.state.incidents[incident.id], closed_at=at))
    if speaker != done.lead and event_type(event.name).mark != "X":
        tell_lead(fold, fold.state.incidents[incident.id], done)


def _go_on_with(fold: Fold, incident: Incident, task: Task, event: Event) -> None:
    """The hospital that accepts leads on under the mandate of the crisis; what was owed for finding it is done."""
    end_task_duties(fold, task, event.envelope.time)
    mandate = rule_of(fold, incident, CRISIS)
    if mandate is None or mandate.task is None:
        return
    speaker = event.envelope.publisher
    model = next((part for part in task.parts if part.desk == speaker), task.parts[0])
    rest = tuple(replace(part, lead=False) for part in task.parts if part.desk != speaker)
    parts = (replace(model, desk=speaker, lead=True, state="accepted"), *rest)
    moved = replace(
        task, version=task.version + 1, lead=speaker, mandate=CRISIS, rank=mandate.rank, ladder=mandate.ladder, parts=parts, report=None,
        close=mandate.task.close, pauses=mandate.task.pauses,
    )  # fmt: skip
    start_task_clocks(fold, incident, announce(fold, incident, moved), event.envelope.time)
