"""Looks at posts when their time has come: thousands at once that are in order, and one by one those of which desks must learn."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

import structlog

from infra.metrics import GUARD_GAPS
from infra.postgres.unit_of_work import UnitOfWork
from services.routing.beside import Done
from services.routing.core.gaps import OpenedGap, follow, open_gap, tells_gaps
from services.routing.core.guard import Finding, Opened, Sight, Step, inspect, noted
from services.routing.core.model import Fold, World
from services.routing.guard.rows import QUERIES, columns_of, gap_rows, seen_row, sight_of
from services.routing.loaded import Loaded
from services.routing.store import lock_and_load

AT_ONCE = 500
log = structlog.get_logger()


class PostDue(NamedTuple):
    """A post of which desks must learn something."""

    day: date
    unit: str
    gate: str
    peak: str


class PostRound:
    """Whoever locks roots locks them before posts; a post is looked at by one clock at a time."""

    name = "guard-posts"

    async def due(self, uow: UnitOfWork, world: World) -> Sequence[PostDue]:
        """Settle every due post that nobody has to be told of, in two statements for all of them; returns the others."""
        rows = await uow.fetch(QUERIES["lock_due_posts"], uow.now, AT_ONCE)
        if not rows:
            return ()
        found = [self._try(dict(row), world, uow.now) for row in await uow.fetch(QUERIES["load_posts"], *columns_of(map(tuple, rows)))]
        await _settle(uow, [one for one in found if isinstance(one, Finding)])
        return [one for one in found if isinstance(one, PostDue)]

    def _try(self, row: Mapping[str, Any], world: World, now: datetime) -> Finding | PostDue:
        """What a look would find, where nobody has to be told; a post that cannot be looked at fails alone, when its turn comes."""
        thing = PostDue(row["day"], row["unit"], row["gate"], row["peak"])
        try:
            finding = _look(sight_of(row), world, now)
        except Exception as error:
            log.warning("guard_post_unreadable", error=type(error).__name__)
            return thing
        return finding if finding.silent else thing

    async def look(self, uow: UnitOfWork, thing: PostDue, world: World) -> Done | None:
        """Look at one post: open the incidents of its new gaps, go on with those that were told."""
        loaded = await lock_and_load(uow, (), [row["id"] for row in await uow.fetch(QUERIES["told_gaps"], *thing)])
        await uow.fetch(QUERIES["lock_post"], *thing)
        for row in await uow.fetch(QUERIES["load_posts"], *columns_of([thing])):
            sight = sight_of(dict(row))
            if all(loaded.by_incident(gap.id) is not None for gap in sight.gaps if gap.told):
                return await self._tell(uow, loaded, _look(sight, world, uow.now), world)
        return None

    async def _tell(self, uow: UnitOfWork, loaded: Loaded, finding: Finding, world: World) -> Done:
        folding = _Folding(loaded, finding, world, uow.now)
        steps = [folding.step(step) for step in finding.steps]
        await _settle(uow, [finding], {finding.post.key: steps})
        return Done(loaded, tuple(folding.folds.values()), tuple(folding.rows))

    async def next_at(self, uow: UnitOfWork) -> datetime | None:
        """When the next post has to be looked at."""
        moment: datetime | None = await uow.fetchval(QUERIES["next_look"])
        return moment


class _Folding:
    """The steps of one look as folds: one for each gap, all below roots that are locked or new."""

    def __init__(self, loaded: Loaded, finding: Finding, world: World, now: datetime) -> None:
        self._loaded = loaded
        self._finding = finding
        self._world = world
        self._now = now
        self.folds: dict[str, Fold] = {}
        self.rows: list[dict[str, Any]] = []

    def step(self, step: Step) -> Step:
        """Fold one step; returns it as it is kept: a gap that no mandate wants told is noted alone."""
        if isinstance(step, Opened):
            return self._open(step)
        if step.gap.told:
            follow(self._fold_of(step.gap.id), self._finding.post, step)
        return step

    def _open(self, step: Opened) -> Step:
        opened = open_gap(self._world, self._now, self._finding.post, step.gap)
        if opened is None:
            return noted(step.gap)
        self.folds[step.gap.id] = opened.fold
        self._loaded.states[step.gap.id] = opened.fold.state
        self.rows.append(_decision_row(opened))
        return step

    def _fold_of(self, gap: str) -> Fold:
        if gap not in self.folds:
            state = self._loaded.by_incident(gap)
            if state is None:
                raise LookupError("the incident of this gap was not locked")
            self.folds[gap] = Fold(state, self._world, self._now, f"clock/{gap}")
        return self.folds[gap]


def _decision_row(opened: OpenedGap) -> dict[str, Any]:
    """What the opening was decided by, beside the decisions on what agencies state."""
    incident, decision = opened.incident, opened.decision
    return {
        "source": incident.head_source, "id": incident.head_id, "incident": incident.id, "type": incident.head_type,
        "revision": incident.revision, "published_at": incident.first_time.isoformat(), "known_at": incident.first_known_at.isoformat(),
        "decided_at": decision.decided_at.isoformat(), "outcome": decision.outcome, "content_hash": incident.id,
        "decision": decision.model_dump(mode="json"),
    }  # fmt: skip


def _look(sight: Sight, world: World, now: datetime) -> Finding:
    return inspect(sight, now, tells=tells_gaps(world, sight.post.county, now))


async def _settle(uow: UnitOfWork, findings: Sequence[Finding], steps: Mapping[Any, Sequence[Step]] | None = None) -> None:
    """Keep what looks found: one statement for all posts."""
    if not findings:
        return
    kept = {finding.post.key: finding.steps for finding in findings} | dict(steps or {})
    gaps = [row for finding in findings for row in gap_rows(finding.post, kept[finding.post.key])]
    await uow.execute(QUERIES["settle_posts"], [seen_row(finding) for finding in findings], gaps)
    uow.after_commit(lambda: _count(gaps))


def _count(gaps: Sequence[Mapping[str, Any]]) -> None:
    for gap in gaps:
        GUARD_GAPS.labels(gap["kind"], gap["slot"], gap["state"]).inc()
    if gaps:
        log.info("guard_gaps_changed", count=len(gaps))
