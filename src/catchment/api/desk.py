"""The desk: where one request is worked on, in one transaction, and at most once.

The desk knows who calls (a sign-in cookie or an API key), opens the unit of work when a route first
asks for it, and commits it together with the answer to the request's Idempotency-Key. A request
that fails leaves nothing behind, its key included, so it may simply be sent again.
"""

from datetime import datetime
from typing import cast

from fastapi import Request, Response

from catchment import access
from catchment.access import Answer, Caller, NotSignedIn, Operator, SignIn, Ticket
from catchment.api.errors import AnswerShownOnce, CsrfHeaderMissing
from catchment.api.problems import MEDIA_TYPE, problem_of
from catchment.api.services import Services
from catchment.kernel import Clock, IdMaker, WorkspaceId
from catchment.store import UnitOfWork

COOKIE = "catchment_sign_in"
CSRF_HEADER = "X-Catchment-CSRF"
IDEMPOTENCY_HEADER = "Idempotency-Key"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class Replayed(Exception):
    """This request was answered before; here is the answer."""

    def __init__(self, response: Response) -> None:
        super().__init__()
        self.response = response


class Desk:
    """One request's caller, transaction and Idempotency-Key.

    Attributes:
        services: the parts of this process.
        request: the request.
        sign_in: of an operator who came with the cookie.
        key: the caller that an API key stands for.
        caller: the caller in the workspace of the address, once `Needs` let them in.
        shows_secret: the answer must not be kept, because a secret in it is shown once.
    """

    def __init__(self, services: Services, request: Request) -> None:
        self.services = services
        self.request = request
        self.sign_in: SignIn | None = None
        self.key: Caller | None = None
        self.caller: Caller | None = None
        self.shows_secret = False
        self.fingerprint = ""
        self._ticket: Ticket | None = None
        self._work: UnitOfWork | None = None
        self._reading: UnitOfWork | None = None

    @property
    def clock(self) -> Clock:
        """Tells the time."""
        return self.services.clock

    @property
    def ids(self) -> IdMaker:
        """Makes ids."""
        return self.services.ids

    @property
    def operator(self) -> Operator:
        """The signed-in operator."""
        if self.sign_in is None:
            raise NotSignedIn
        return self.sign_in.operator

    @property
    def workspace_id(self) -> WorkspaceId:
        """The workspace that the caller was let into."""
        if self.caller is None:
            raise NotSignedIn
        return self.caller.workspace_id

    @property
    def actor(self) -> str:
        """How the audit trail names the caller."""
        return self.key.actor if self.key is not None else self.operator.id

    @property
    def address(self) -> str:
        """Where the request came from."""
        return self.request.client.host if self.request.client else ""

    @property
    def origin(self) -> str:
        """What the caller's browser calls this server."""
        return str(self.request.base_url).rstrip("/")

    @property
    def now(self) -> datetime:
        """The present instant."""
        return self.services.clock.now()

    @property
    def work(self) -> UnitOfWork:
        """The request's transaction, opened when first asked for."""
        if self._work is None:
            self._work = UnitOfWork(self.services.database).__enter__()
        return self._work

    @property
    def reading(self) -> UnitOfWork:
        """A transaction that only reads, and waits for no writer."""
        if self._work is not None:
            return self._work
        if self._reading is None:
            self._reading = UnitOfWork(self.services.database, reads_only=True).__enter__()
        return self._reading

    def authenticate(self) -> None:
        """Finds out who calls.

        Raises:
            NotSignedIn: nobody we know.
            CsrfHeaderMissing: another site may have sent this in the operator's name.
        """
        headers, database = self.request.headers, self.services.database
        scheme, _, secret = headers.get("Authorization", "").partition(" ")
        if scheme:
            if scheme.lower() != "bearer" or not secret:
                raise NotSignedIn
            self.key = access.authenticate(database, secret.strip(), clock=self.clock)
            return
        token = self.request.cookies.get(COOKIE)
        if not token:
            raise NotSignedIn
        self.sign_in = access.check_sign_in(database, token, clock=self.clock)
        if self.request.method not in SAFE_METHODS and headers.get(CSRF_HEADER) != "1":
            raise CsrfHeaderMissing

    def begin_once(self) -> None:
        """Takes the request's Idempotency-Key, if it has one.

        Raises:
            Replayed: the same request was answered before.
        """
        key = self.request.headers.get(IDEMPOTENCY_HEADER)
        if key is None or self.request.method != "POST":
            return
        where = "" if self.caller is None else self.caller.workspace_id
        with UnitOfWork(self.services.database) as uow:
            begun = access.begin(uow, where, self.actor, key, self.fingerprint, clock=self.clock)
        if isinstance(begun, Answer):
            raise Replayed(_again(begun))
        self._ticket = begun

    def finish(self, response: Response) -> None:
        """Keeps what was done, and the answer with it."""
        if self._ticket is not None:
            access.finish(self.work, self._ticket, self._kept(response))
            self._ticket = None
        done, self._work = self._work, None
        for work in (self._reading, done):
            if work is not None:
                work.__exit__(None, None, None)
        self._reading = None
        if done is not None:
            self.services.privacy.trail.note_committed(done)

    def abandon(self, error: BaseException) -> None:
        """Undoes what was begun."""
        for work in (self._reading, self._work):
            if work is not None:
                work.__exit__(type(error), error, error.__traceback__)
        self._reading = self._work = None
        if self._ticket is not None:
            ticket, self._ticket = self._ticket, None
            with UnitOfWork(self.services.database) as uow:
                access.abandon(uow, ticket)

    def _kept(self, response: Response) -> Answer:
        if self.shows_secret:
            shown = problem_of(AnswerShownOnce())
            return Answer(shown.status_code, MEDIA_TYPE, bytes(shown.body))
        media_type = response.headers.get("content-type", "")
        return Answer(response.status_code, media_type, bytes(response.body))


def desk_of(request: Request) -> Desk:
    """The desk of this request: the one dependency of public routes."""
    return cast("Desk", request.state.desk)


def _again(answer: Answer) -> Response:
    headers = {"Idempotency-Replayed": "true"}
    if answer.content_type:
        headers["Content-Type"] = answer.content_type
    return Response(answer.body or None, status_code=answer.status, headers=headers)
