"""``/api/tasks`` and ``/api/escalations``: joint work, and what is overdue."""

from typing import Annotated

from fastapi import APIRouter, Path

from infra.http.problem import documented
from services.chassis.answers.after import follow_up_task, rate_task
from services.chassis.answers.bodies import Answered, CloseBody, FollowUpBody, PauseBody, RateBody, ReportBody
from services.chassis.answers.pausing import pause_task, resume_task
from services.chassis.answers.work import close_task, report_task
from services.chassis.reading.shapes import EscalationList, EscalationShape, TaskList, TaskShape, ToRateList
from services.chassis.reading.tasks import open_escalations, open_tasks, read_escalation, read_task, to_rate
from services.chassis.routes.asking import ActorOf, BureauOf, DeskChoice, Limit

Identity = Annotated[str, Path(max_length=64)]
router = APIRouter(prefix="/api", tags=["tasks"])
ANSWERS = documented(400, 401, 403, 404, 409, 413, 415, 422, 503)


@router.get("/tasks", responses=documented(400, 401, 422))
async def get_tasks(bureau: BureauOf, actor: ActorOf, limit: Limit = 50) -> TaskList:
    """本台尚未完成的分工，按时限排列。"""
    async with bureau.request(actor) as uow:
        return TaskList(items=await open_tasks(uow, actor, limit))


@router.get("/tasks/to-rate", responses=documented(400, 401, 422))
async def get_to_rate(bureau: BureauOf, actor: ActorOf, limit: Limit = 50) -> ToRateList:
    """待评价：已办结、本台尚未评价对方的任务，新办结的在前。"""
    async with bureau.request(actor) as uow:
        return ToRateList(items=await to_rate(uow, actor, limit))


@router.get("/tasks/{task}", responses=documented(400, 401, 404, 422))
async def get_task(bureau: BureauOf, actor: ActorOf, task: Identity, desk: DeskChoice = None) -> TaskShape:
    """一项协同处置任务中本台的分工。"""
    async with bureau.request(actor) as uow:
        return (await read_task(uow, actor, task, desk))[0]


@router.post("/tasks/{task}/report", responses=ANSWERS)
async def post_report(bureau: BureauOf, actor: ActorOf, task: Identity, body: ReportBody, desk: DeskChoice = None) -> Answered:
    """反馈本台分工的进展。"""
    async with bureau.request(actor) as uow:
        return await report_task(bureau, uow, actor, task, body, desk=desk)


@router.post("/tasks/{task}/close", responses=ANSWERS)
async def post_close(bureau: BureauOf, actor: ActorOf, task: Identity, body: CloseBody, desk: DeskChoice = None) -> Answered:
    """主办单位申请办结。"""
    async with bureau.request(actor) as uow:
        return await close_task(bureau, uow, actor, task, body, desk=desk)


@router.post("/tasks/{task}/pause", responses=ANSWERS)
async def post_pause(bureau: BureauOf, actor: ActorOf, task: Identity, body: PauseBody, desk: DeskChoice = None) -> Answered:
    """等待检验结果，暂停办结期限（规则允许时）。"""
    async with bureau.request(actor) as uow:
        return await pause_task(bureau, uow, actor, task, body, desk=desk)


@router.post("/tasks/{task}/resume", responses=ANSWERS)
async def post_resume(bureau: BureauOf, actor: ActorOf, task: Identity, desk: DeskChoice = None) -> Answered:
    """检验结果已到，办结期限恢复计算。"""
    async with bureau.request(actor) as uow:
        return await resume_task(bureau, uow, actor, task, desk=desk)


@router.post("/tasks/{task}/rate", responses=ANSWERS)
async def post_rating(bureau: BureauOf, actor: ActorOf, task: Identity, body: RateBody, desk: DeskChoice = None) -> Answered:
    """办结后评价对方，1 至 5 分，一次有效。"""
    async with bureau.request(actor) as uow:
        return await rate_task(bureau, uow, actor, task, body, desk=desk)


@router.post("/tasks/{task}/follow-up", responses=ANSWERS)
async def post_follow_up(bureau: BureauOf, actor: ActorOf, task: Identity, body: FollowUpBody, desk: DeskChoice = None) -> Answered:
    """主办单位登记办结后的回访。"""
    async with bureau.request(actor) as uow:
        return await follow_up_task(bureau, uow, actor, task, body, desk=desk)


@router.get("/escalations", responses=documented(400, 401, 422))
async def get_escalations(bureau: BureauOf, actor: ActorOf, limit: Limit = 50) -> EscalationList:
    """尚未解除的督办。"""
    async with bureau.request(actor) as uow:
        return EscalationList(items=await open_escalations(uow, actor, limit))


@router.get("/escalations/{escalation}", responses=documented(400, 401, 404, 422))
async def get_escalation(bureau: BureauOf, actor: ActorOf, escalation: Identity) -> EscalationShape:
    """一件督办。"""
    async with bureau.request(actor) as uow:
        return (await read_escalation(uow, actor, escalation))[0]
