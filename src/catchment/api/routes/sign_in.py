"""The front door: first-start set-up, signing in and out, oneself, and taking up an invitation."""

from fastapi import APIRouter, Response

from catchment import access
from catchment.api.at_the_desk import DeskRoute, PublicRoute
from catchment.api.desk import COOKIE, Desk
from catchment.api.errors import CurrentPasswordWrong
from catchment.api.routes.paths import OperatorsDesk, PublicDesk
from catchment.api.schemas import access as shapes

public = APIRouter(tags=["access"], route_class=PublicRoute)
router = APIRouter(tags=["access"], route_class=DeskRoute)


@public.get("/setup", operation_id="read_setup")
def read_setup(desk: PublicDesk) -> shapes.SetupState:
    """Whether the first owner is still to come."""
    return shapes.SetupState(needed=access.is_setup_needed(desk.reading))


@public.post("/setup", operation_id="complete_setup", status_code=201)
def complete_setup(ask: shapes.SetupAsk, desk: PublicDesk, response: Response) -> shapes.Me:
    """Makes the first owner and the first workspace, and signs the owner in."""
    first = access.FirstOwner(
        name=ask.name, email=ask.email, password=ask.password, workspace_name=ask.workspace_name,
        time_zone=ask.time_zone, currency=ask.currency,
    )  # fmt: skip
    services = desk.services
    operator, _ = access.set_up(
        services.database, services.passwords, ask.token, first, clock=desk.clock, ids=desk.ids
    )
    return _let_in(desk, response, operator)


@public.post("/sign-in", operation_id="sign_in")
def sign_in(ask: shapes.SignInAsk, desk: PublicDesk, response: Response) -> shapes.Me:
    """Signs an operator in; the answer sets the sign-in cookie."""
    services = desk.services
    new = access.sign_in(
        services.database, services.passwords, ask.email, ask.password,
        address=desk.address, clock=desk.clock, ids=desk.ids, entropy=services.entropy,
    )  # fmt: skip
    _set_cookie(desk, response, new)
    return _me(desk, new.sign_in.operator)


@public.post("/invitations/accept", operation_id="accept_invitation", status_code=201)
def accept_invitation(
    ask: shapes.InvitationAccept, desk: PublicDesk, response: Response
) -> shapes.Me:
    """Takes up an invitation, sets the password and signs in.

    An operator who has a password already gives that one.
    """
    services = desk.services
    operator = access.accept_invitation(
        services.database, services.passwords, ask.token, ask.password,
        clock=desk.clock, ids=desk.ids, name=ask.name,
    )  # fmt: skip
    return _let_in(desk, response, operator)


@router.post("/sign-out", operation_id="sign_out", status_code=204)
def sign_out(desk: OperatorsDesk, response: Response) -> None:
    """Ends this sign-in, on the server too."""
    access.sign_out(desk.work, desk.request.cookies.get(COOKIE, ""))
    response.delete_cookie(COOKIE, path="/", httponly=True, samesite="lax")


@router.get("/me", operation_id="read_me")
def read_me(desk: OperatorsDesk) -> shapes.Me:
    """Who is signed in, and which workspaces they may enter."""
    return _me(desk, desk.operator)


@router.patch("/me", operation_id="change_me")
def change_me(change: shapes.MeChange, desk: OperatorsDesk, response: Response) -> shapes.Me:
    """Changes one's own name, language or password; a new password signs out everywhere else."""
    operator = desk.operator
    if change.password is not None:
        _set_cookie(desk, response, _new_password(desk, change, change.password))
    operator = access.update_operator(
        desk.work, operator.id, name=change.name, locale=change.locale
    )
    return _me(desk, operator)


def _new_password(desk: Desk, change: shapes.MeChange, password: str) -> access.NewSignIn:
    services = desk.services
    try:
        return access.change_password(
            services.database, services.passwords, desk.operator.id,
            change.current_password or "", password,
            clock=desk.clock, ids=desk.ids, entropy=services.entropy,
        )  # fmt: skip
    except access.WrongCredentials as wrong:
        # Who calls is known; a 401 would tell the console to sign in again.
        raise CurrentPasswordWrong(pointer="/current_password") from wrong


def _let_in(desk: Desk, response: Response, operator: access.Operator) -> shapes.Me:
    new = access.sign_in_known(desk.work, operator, clock=desk.clock, entropy=desk.services.entropy)
    _set_cookie(desk, response, new)
    return _me(desk, operator)


def _set_cookie(desk: Desk, response: Response, new: access.NewSignIn) -> None:
    response.set_cookie(
        COOKIE,
        new.token,
        max_age=int(access.SIGN_IN_LASTS.total_seconds()),
        path="/",
        httponly=True,
        samesite="lax",
        secure=desk.request.url.scheme == "https",
    )


def _me(desk: Desk, operator: access.Operator) -> shapes.Me:
    return shapes.Me(
        operator=shapes.Operator.model_validate(operator),
        workspaces=[
            shapes.MyWorkspace(
                id=entered.workspace.id,
                name=entered.workspace.name,
                role=entered.role,
                time_zone=entered.workspace.time_zone,
                currency=entered.workspace.currency,
                is_demo=entered.workspace.is_demo,
            )
            for entered in access.memberships_of(desk.reading, operator.id)
        ],
    )
