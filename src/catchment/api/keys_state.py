"""How the keys stand: what `/readyz` and `/metrics` say of them."""

from catchment.api.services import Services
from catchment.kernel import Unavailable


def keys_trouble(services: Services) -> str | None:
    """The code of why no personal data can be read or landed at present; `None` when it can."""
    try:
        services.keys.check()
    except Unavailable as away:
        return away.code
    return None


def lands_behind(services: Services) -> bool:
    """Whether entries of the log have not landed yet."""
    return services.log.head() > services.events.position()
