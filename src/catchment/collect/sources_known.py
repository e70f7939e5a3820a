"""Where write keys lead, for the collector's hot path.

All write keys lie in one dictionary. At most once in `REFRESH_EVERY` a look asks the records for
one number, the revision, and only when it rose are the sources read again. So a source made by
another process lets events in within a second (at once where a sender about to be refused waits for
a `FreshLook`); guessing write keys costs an attacker more than us; and while the records are away,
the sources known last stay open. Signing secrets are opened here too, on the way in, so that no
request waits for the key store.
"""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from types import TracebackType
from typing import Self

import structlog

from catchment.collect import store
from catchment.collect.signing.opened import Boxes, OpenedSecrets
from catchment.collect.signing.store import SealedSecret, all_rules, all_secrets
from catchment.collect.signing.types import NO_RULE, SignatureRule, SigningRule
from catchment.collect.types import Intake, SourceSigning
from catchment.events import Trust
from catchment.kernel import Clock, WorkspaceId
from catchment.store import Database, RecordsUnavailable, UnitOfWork

REFRESH_EVERY = timedelta(milliseconds=500)
_NOBODY: frozenset[str] = frozenset()

_log = structlog.get_logger(__name__)


class KnownSources:
    """Finds the source of a write key; cheap enough to ask on every request.

    Used bare, it refreshes itself when it is asked and due. Entered with `with`, a thread does that
    instead, and no question ever touches the database.

    Args:
        database: the records.
        clock: says when to look again.
        keys: opens signing secrets; without, no signature can be checked.
    """

    def __init__(self, database: Database, clock: Clock, keys: Boxes | None = None) -> None:
        self._database = database
        self._clock = clock
        self._opened = OpenedSecrets(keys)
        self._sealed: Sequence[SealedSecret] = ()
        self._rules: Mapping[tuple[str, str], SigningRule] = {}
        self._plain: Mapping[str, Intake] = {}
        self._intakes: Mapping[str, Intake] = {}
        self._blocked: Mapping[str, frozenset[str]] = {}
        self._revision = -1
        self._looked_us = -(1 << 62)
        self._turn = threading.Lock()
        self._over = threading.Event()
        self._thread: threading.Thread | None = None

    def find(self, write_key: str) -> Intake | None:
        """Where this write key leads; `None` when it is unknown or its source is switched off.

        Raises:
            RecordsUnavailable: the records did not answer, and never did before.
        """
        if self._is_due():
            self.refresh()
        return self._intakes.get(write_key)

    def blocked_ids(self, workspace_id: WorkspaceId) -> frozenset[str]:
        """The workspace's own ids that stand for nobody.

        Raises:
            RecordsUnavailable: the records did not answer, and never did before.
        """
        if self._is_due():
            self.refresh()
        return self._blocked.get(workspace_id, _NOBODY)

    def refresh(self) -> bool:
        """Looks now, due or not.

        Returns:
            Whether the records answered.

        Raises:
            RecordsUnavailable: the records did not answer, and never did before.
        """
        with self._turn:
            # Set first: what changes while we read is read again next time.
            self._looked_us = self._clock.now_us()
            try:
                with UnitOfWork(self._database, reads_only=True) as uow:
                    revision = store.revision(uow)
                    if revision != self._revision:
                        self._blocked = store.all_blocked_ids(uow)
                        self._plain = store.all_intakes(uow, self._blocked)
                        self._rules, self._sealed = all_rules(uow), all_secrets(uow)
                        self._opened.open(self._sealed)
                        self._intakes = self._signed()
                        self._revision = revision
                    elif self._opened.are_waiting:
                        self._opened.try_again()
                        self._intakes = self._signed()
            except RecordsUnavailable as away:
                if self._revision < 0:
                    raise
                _log.warning("sources_not_refreshed", reason=away.message)
                return False
        return True

    def __enter__(self) -> Self:
        self.refresh()
        self._thread = threading.Thread(target=self._keep_fresh, name="sources", daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._over.set()
        if self._thread is not None:
            self._thread.join()

    def _signed(self) -> Mapping[str, Intake]:
        """Where write keys lead, with what each source believes."""
        secrets = self._opened.by_source(self._sealed)
        signed = dict(self._plain)
        for write_key, intake in self._plain.items():
            place = (intake.workspace_id, intake.source_id)
            rule = self._rules.get(place, NO_RULE)
            is_required = rule.signature is SignatureRule.REQUIRED
            if is_required or place in secrets:
                trust = Trust.SETTLED if rule.settles else Trust.ATTESTED
                known = secrets.get(place, ((), True))
                signing = SourceSigning(is_required, trust, *known)
                signed[write_key] = replace(intake, signing=signing)
        return signed

    def _is_due(self) -> bool:
        if self._thread is not None:
            return False
        age = self._clock.now_us() - self._looked_us
        # A clock that was set back must not freeze the directory.
        return age >= REFRESH_EVERY // timedelta(microseconds=1) or age < 0

    def _keep_fresh(self) -> None:
        while not self._over.wait(REFRESH_EVERY.total_seconds()):
            try:
                self.refresh()
            except Exception:  # noqa: BLE001  (the rim of a thread: without it no key is ever revoked)
                _log.exception("sources_not_refreshed")
