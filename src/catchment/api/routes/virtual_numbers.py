"""Numbers that stand for people's own: bound, kept in a pool, and asked about by the exchange."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request, Response

from catchment import access, collect, people, vault
from catchment.api.at_the_desk import DeskRoute, PublicRoute
from catchment.api.desk import Desk
from catchment.api.routes.paths import (
    LIMIT_DEFAULT,
    WORKSPACE,
    CursorQuery,
    LimitQuery,
    PathId,
    PeopleWriter,
    PrivacyManager,
    PrivacyReader,
    PublicDesk,
)
from catchment.api.schemas import virtual_numbers as shapes
from catchment.api.schemas.shapes import Id
from catchment.kernel import WorkspaceId, instant_from_us

router = APIRouter(tags=["privacy"], route_class=DeskRoute)
public = APIRouter(tags=["privacy"], route_class=PublicRoute)

PERSONS_NUMBER = f"{WORKSPACE}/people/{{person_id}}/virtual-number"
NUMBERS = f"{WORKSPACE}/privacy/numbers"
_EXCHANGE = "exchange"


async def _as_sent(request: Request) -> bytes:
    return await request.body()


@router.post(PERSONS_NUMBER, operation_id="bind_virtual_number", status_code=201)
def bind_virtual_number(
    person_id: PathId, ask: shapes.VirtualNumberAsk, desk: PeopleWriter, response: Response
) -> shapes.VirtualNumber:
    """A number by which a person can be called for a while; never their own."""
    response.headers["Cache-Control"] = "no-store"
    if _has_the_secret(desk, desk.workspace_id, desk.actor):
        raise vault.MakerBinds
    person, subjects = people.subjects_of_person(desk.services.people, desk.workspace_id, person_id)
    bound = desk.services.numbers.switchboard.bind(
        desk.workspace_id,
        vault.NumberWanted(
            person=person, subjects=subjects, purpose=ask.purpose, minutes=ask.minutes,
            actor=desk.actor, caller=ask.caller, reason=ask.reason,
        ),
    )  # fmt: skip
    return shapes.VirtualNumber(
        number=bound.number or "", mode=bound.mode, expires_at=instant_from_us(bound.until_us)
    )


@router.delete(PERSONS_NUMBER, operation_id="unbind_virtual_number", status_code=204)
def unbind_virtual_number(person_id: PathId, desk: PeopleWriter) -> None:
    """Ends every number that stands for this person, at once."""
    _, subjects = people.subjects_of_person(desk.services.people, desk.workspace_id, person_id)
    desk.services.numbers.switchboard.unbind(desk.workspace_id, subjects)


@router.get(NUMBERS, operation_id="list_pool_numbers")
def list_pool_numbers(
    desk: PrivacyReader, limit: LimitQuery = LIMIT_DEFAULT, cursor: CursorQuery = None
) -> shapes.PoolPage:
    """The brand's own numbers, and how many may stand for somebody."""
    pool = desk.services.numbers.pool
    page = pool.numbers(desk.workspace_id, limit=limit, cursor=cursor)
    return shapes.PoolPage(
        items=[shapes.PoolNumber.model_validate(one) for one in page.items],
        next_cursor=page.next_cursor,
        summary=_summary(desk),
    )


@router.post(NUMBERS, operation_id="add_pool_numbers", status_code=201)
def add_pool_numbers(ask: shapes.PoolNumbersAsk, desk: PrivacyManager) -> shapes.PoolNumbersAdded:
    """Brings numbers into the pool; those that are in it already stay as they are."""
    added = desk.services.numbers.pool.add(
        desk.workspace_id, ask.numbers, label=ask.label, actor=desk.actor
    )
    return shapes.PoolNumbersAdded(added=added, summary=_summary(desk))


@router.delete(f"{NUMBERS}/{{number}}", operation_id="remove_pool_number", status_code=204)
def remove_pool_number(number: shapes.Phone, desk: PrivacyManager) -> None:
    """Takes a number that stands for nobody out of the pool."""
    desk.services.numbers.pool.remove(desk.workspace_id, number)


@router.post(f"{NUMBERS}/exchange-secret", operation_id="make_exchange_secret", status_code=201)
def make_exchange_secret(desk: PrivacyManager, response: Response) -> shapes.ExchangeSecret:
    """Gives the exchange a secret in place of the one before; it is shown this once."""
    desk.shows_secret = True
    response.headers["Cache-Control"] = "no-store"
    made = vault.make_exchange_secret(
        desk.work, desk.workspace_id, desk.services.keys,
        actor=desk.actor, clock=desk.clock, entropy=desk.services.entropy,
    )  # fmt: skip
    return shapes.ExchangeSecret(secret=collect.secret_text(made))


@public.post("/exchange/{brand}/put-through", operation_id="put_call_through")
def put_call_through(
    brand: Annotated[Id, Path(description="The workspace's id.")],
    ask: shapes.PutThroughAsk,
    desk: PublicDesk,
    body: Annotated[bytes, Depends(_as_sent)],
    response: Response,
) -> shapes.PutThrough:
    """Whom a caller of a virtual number is put through to; the exchange signs its question.

    The three headers are those of Standard Webhooks. A question counts once, holds for 5 minutes,
    and each answer is a line in the trail.
    """
    response.headers["Cache-Control"] = "no-store"
    of = WorkspaceId(brand)
    try:
        secret = vault.exchange_secret(desk.reading, of, desk.services.keys)
    except vault.ExchangeSecretMissing as missing:
        # A stranger is not told which workspaces there are.
        raise collect.SignatureWrong from missing
    headers = dict(desk.request.scope["headers"])
    signed = collect.Signed(
        headers.get(b"webhook-id"), headers.get(b"webhook-timestamp"),
        headers.get(b"webhook-signature"), body,
    )  # fmt: skip
    seen = collect.SeenRequests(desk.services.database, desk.clock)
    seen.believe(signed, [secret], of, _EXCHANGE)
    found = desk.services.numbers.exchange.put_through(
        of, ask.number, ask.caller,
        refuses=lambda binding: _has_the_secret(desk, of, binding.created_by),
    )  # fmt: skip
    return shapes.PutThrough(number=found.number, until=instant_from_us(found.until_us))


def _has_the_secret(desk: Desk, workspace_id: WorkspaceId, actor: str) -> bool:
    """Whether the person behind somebody is the one who was shown the exchange's secret."""
    maker = vault.exchange_secret_maker(desk.reading, workspace_id)
    if maker is None:
        return False
    both = {access.person_behind(desk.reading, workspace_id, one) for one in (maker, actor)}
    return len(both) == 1


def _summary(desk: Desk) -> shapes.PoolSummary:
    summary = desk.services.numbers.pool.summary(desk.workspace_id)
    return shapes.PoolSummary.model_validate(summary)
