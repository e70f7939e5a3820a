"""Where a connected system may listen, and posting there without being led anywhere else.

What goes out names people. So it goes over https, to public addresses, by no redirect, and to the
very address that was checked: the name is resolved once and the connection is made to what came of
it, so that a name that answers otherwise the second time gains nothing.
"""

import asyncio
import ipaddress
import socket
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from catchment.people.rights.errors import SystemAddressRefused
from catchment.people.rights.types import URL_LENGTH_MAX

HTTPS_PORT = 443
UNPRIVILEGED = 1024
TIMEOUT_SECONDS = 10.0
ANSWERED_SECONDS = 30.0
ANSWER_BYTES_MAX = 4_096

_PLAIN = {"Accept-Encoding": "identity"}

Resolve = Callable[[str, int], Sequence[str]]
"""The addresses of a name."""


def check_address(url: str, *, allows_private: bool = False) -> SplitResult:
    """The parts of an address that may be told.

    Args:
        url: the address.
        allows_private: http and private addresses too; for a test, or a house behind a wall.

    Raises:
        SystemAddressRefused: it may not.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as malformed:
        raise SystemAddressRefused("the address cannot be read") from malformed
    if len(url) > URL_LENGTH_MAX or not parts.hostname or parts.username or parts.password:
        raise SystemAddressRefused("an address has a host, no user and at most 500 characters")
    if allows_private and parts.scheme in ("http", "https"):
        return parts
    if parts.scheme != "https":
        raise SystemAddressRefused("it is told over https alone")
    if port is not None and port != HTTPS_PORT and port < UNPRIVILEGED:
        raise SystemAddressRefused(f"port {port} is another service's")
    if _literal(parts.hostname) is not None and not _is_public(parts.hostname):
        raise SystemAddressRefused("the address is not a public one")
    return parts


def resolve(host: str, port: int) -> Sequence[str]:
    """The addresses of a name, as this machine's resolver has them."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(one[4][0]) for one in found))


def choose_address(
    parts: SplitResult, addresses: Sequence[str], *, allows_private: bool = False
) -> str:
    """The address to connect to: one of those resolved, if every one of them may be.

    Raises:
        SystemAddressRefused: one is not public; a name that mixes both is refused whole.
    """
    if not addresses:
        raise SystemAddressRefused(f"{parts.hostname} leads nowhere")
    if not allows_private and not all(map(_is_public, addresses)):
        raise SystemAddressRefused(f"{parts.hostname} leads to an address that is not public")
    return addresses[0]


@dataclass(frozen=True, slots=True)
class Poster:
    """Posts to connected systems.

    Attributes:
        allows_private: http and private addresses too.
        resolves: resolves names.
        answers_within: so many seconds an answer may take in all.
    """

    allows_private: bool = False
    resolves: Resolve = resolve
    answers_within: float = ANSWERED_SECONDS

    def __call__(self, url: str, body: bytes, headers: Mapping[str, str]) -> tuple[int, bytes]:
        """Posts once; gives the status and the beginning of the answer.

        Raises:
            SystemAddressRefused: the address may not be told.
            OSError: nobody answered.
        """
        parts = check_address(url, allows_private=self.allows_private)
        host = str(parts.hostname)
        port = parts.port or (HTTPS_PORT if parts.scheme == "https" else 80)
        chosen = choose_address(
            parts, self.resolves(host, port), allows_private=self.allows_private
        )
        import httpx  # noqa: PLC0415  (heavy)

        literal = f"[{chosen}]" if ":" in chosen else chosen
        target = httpx.URL(url).copy_with(host=literal)
        sent = _send(str(target), body, {**headers, **_PLAIN, "Host": parts.netloc}, host)
        try:
            # An answer that comes byte by byte would be in time for ever.
            return asyncio.run(asyncio.wait_for(sent, self.answers_within))
        except TimeoutError as slow:
            raise OSError(f"no whole answer in time at {host}") from slow
        except httpx.HTTPError as away:
            raise OSError(f"{type(away).__name__} at {host}") from away


async def _send(
    target: str, body: bytes, headers: Mapping[str, str], host: str
) -> tuple[int, bytes]:
    import httpx  # noqa: PLC0415  (heavy)

    async with (
        httpx.AsyncClient(timeout=TIMEOUT_SECONDS, trust_env=False) as client,
        client.stream(
            "POST", target, content=body, headers=headers, extensions={"sni_hostname": host}
        ) as answer,
    ):
        begun = b""
        # As it comes: a few packed bytes could unpack to any size.
        async for part in answer.aiter_raw(ANSWER_BYTES_MAX):
            begun += part
            if len(begun) >= ANSWER_BYTES_MAX:
                break
        return answer.status_code, begun[:ANSWER_BYTES_MAX]


def _literal(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host.split("%", maxsplit=1)[0])
    except ValueError:
        return None


def _is_public(address: str) -> bool:
    found = _literal(address)
    if found is None:
        return False
    if isinstance(found, ipaddress.IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour or (found.teredo or (None, None))[1]
        if inner is not None:
            return inner.is_global and not inner.is_multicast
    return found.is_global and not found.is_multicast
