"""The front door: first-start set-up, signing in and out, oneself, and taking up an invitation."""

from fastapi import APIRouter

from catchment.api.routes.paths import SignedIn
from catchment.api.schemas.access import (
    InvitationAccept,
    Me,
    MeChange,
    SetupAsk,
    SetupState,
    SignInAsk,
)

router = APIRouter(tags=["access"])


@router.get("/setup", operation_id="read_setup")
def read_setup() -> SetupState:
    """Whether the first owner is still to come."""
    raise NotImplementedError


@router.post("/setup", operation_id="complete_setup", status_code=201)
def complete_setup(ask: SetupAsk) -> Me:
    """Makes the first owner and the first workspace, and signs the owner in."""
    raise NotImplementedError


@router.post("/sign-in", operation_id="sign_in")
def sign_in(ask: SignInAsk) -> Me:
    """Signs an operator in; the answer sets the sign-in cookie."""
    raise NotImplementedError


@router.post("/sign-out", operation_id="sign_out", status_code=204)
def sign_out(caller: SignedIn) -> None:
    """Ends this sign-in, on the server too."""
    raise NotImplementedError


@router.get("/me", operation_id="read_me")
def read_me(caller: SignedIn) -> Me:
    """Who is signed in, and which workspaces they may enter."""
    raise NotImplementedError


@router.patch("/me", operation_id="change_me")
def change_me(change: MeChange, caller: SignedIn) -> Me:
    """Changes one's own name, language or password."""
    raise NotImplementedError


@router.post("/invitations/accept", operation_id="accept_invitation", status_code=201)
def accept_invitation(ask: InvitationAccept) -> Me:
    """Takes up an invitation, sets the password and signs in."""
    raise NotImplementedError
