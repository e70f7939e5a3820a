"""The part of a home that keeps personal data: the vault, what reads from it, what it watches."""

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from catchment.app.keys import KeyedHome
from catchment.kernel import IdMaker, WorkspaceId
from catchment.store import Database, UnitOfWork

if TYPE_CHECKING:
    from catchment.vault import FieldBook, NumberWorks, PrivacyParts, Protector, Purpose, Vault

CHANNELS = {
    "phone": ("sms", "phone", "rcs"),
    "email": ("email",),
    "openid": ("wechat",),
    "unionid": ("wechat",),
    "wechat": ("wechat", "wecom"),
    "external_userid": ("wecom",),
}
"""By which channels somebody who sees a value of a kind might reach its person."""


class PrivacyHome(KeyedHome):
    """What a home has for personal data, each part made when first asked for."""

    ids: IdMaker

    @property
    def database(self) -> Database:
        """The records; the home says which."""
        raise NotImplementedError

    @cached_property
    def vault(self) -> "Vault":
        """Personal values, sealed, in a database of their own."""
        from catchment.vault import Vault  # noqa: PLC0415  (heavy)

        return Vault(self.keys, Database(self.settings.vault), clock=self.clock)

    @cached_property
    def fields(self) -> "FieldBook":
        """Where personal data stands in events."""
        from catchment.vault import FieldBook  # noqa: PLC0415  (heavy)
        from catchment.vault.detect.names import NAMES  # noqa: PLC0415  (heavy)
        from catchment.vault.fields.kinds import OtherKinds  # noqa: PLC0415  (heavy)

        # The vault is made when it is asked, not when a field is: landing asks for fields alone.
        def kept(workspace_id: WorkspaceId) -> Sequence[str]:
            return self.vault.kinds(workspace_id)

        return FieldBook(self.database, self.clock, self.ids, OtherKinds(kept, NAMES))

    @cached_property
    def privacy(self) -> "PrivacyParts":
        """The vault and its keys, and what reading from it takes."""
        from catchment.vault import privacy_parts  # noqa: PLC0415  (heavy)

        return privacy_parts(
            self.database, self.vault, self.keys, self.settings.keys,
            may_use=self.may_use, fields=self.fields, clock=self.clock, ids=self.ids,
        )  # fmt: skip

    @cached_property
    def numbers(self) -> "NumberWorks":
        """What binding virtual numbers takes."""
        from catchment.vault import number_works  # noqa: PLC0415  (heavy)

        return number_works(
            self.database, self.privacy, self.hasher, clock=self.clock, ids=self.ids
        )

    @cached_property
    def protector(self) -> "Protector":
        """Puts tokens in the place of personal values, on their way to the lake."""
        from catchment.people.identifiers.fields import identity_fields  # noqa: PLC0415  (heavy)
        from catchment.vault import Protector  # noqa: PLC0415  (heavy)

        return Protector(self.vault, self.hasher, self.fields.of, identity_fields(self.database))

    def suppressed(self, workspace_id: WorkspaceId) -> frozenset[str]:
        """Subjects of people who were forgotten: nothing more of them may land."""
        stones = self.keys.tombstones(workspace_id)
        return frozenset(subject for subject, stone in stones.items() if stone.bars)

    def may_use(
        self, workspace_id: WorkspaceId, subjects: Sequence[str], purpose: "Purpose", kind: str
    ) -> bool:
        """Whether a person agreed to a purpose by a channel that a value of this kind opens."""
        from catchment.people.consent import may_contact  # noqa: PLC0415  (heavy)

        with UnitOfWork(self.database, reads_only=True) as uow:
            return any(
                may_contact(uow, workspace_id, subjects, purpose=purpose.value, channel=channel)
                for channel in CHANNELS.get(kind, ("*",))
            )
