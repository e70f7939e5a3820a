"""Laws that belong to the edge itself: how a request is put."""

from catchment.kernel import Conflict, Denied, Invalid, Missing, Unavailable


class CsrfHeaderMissing(Denied):
    """A change made with the sign-in cookie needs the header X-Catchment-CSRF: 1."""


class OperatorNeeded(Denied):
    """This is for signed-in operators; an API key cannot do it."""


class CurrentPasswordWrong(Invalid):
    """This is not your present password."""


class MalformedJson(Invalid):
    """The body is not JSON."""


class RequestTooLarge(Invalid):
    """The body is larger than this address takes."""


class AnswerShownOnce(Conflict):
    """This was done already; its answer held a secret that is shown once and not kept."""


class UploadUnfit(Invalid):
    """An upload is one file as multipart/form-data, in the field `file`."""


class TooManyStreams(Unavailable):
    """Too many live streams are open; close one and try again."""


class UploadUnknown(Missing):
    """There is no such upload in this workspace; upload the file first."""
