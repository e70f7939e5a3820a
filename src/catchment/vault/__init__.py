"""The vault: personal data, kept apart, under a key per person and purpose.

On its way to the lake every personal value is found and put here; a *token* stays in its place. A
value is sealed under the key of the person it was told of, that key under the workspace's, that
one under the master key, which lies apart from the data. Who wants to read one needs a purpose, a
grant and a reason, and leaves a line in the trail. Forgetting somebody destroys their keys.

Names that bring heavy libraries are looked up when first used.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from catchment.vault.errors import (
    CiphertextRefused,
    DestructionSettled,
    DestructionUnknown,
    GrantNeeded,
    GrantRefused,
    GrantSettled,
    GrantUnknown,
    KeyDestroyed,
    KeysAway,
    KeyStillNeeded,
    KeysWrong,
    KeyUnknown,
    SecondPersonNeeded,
    TokenMalformed,
    TooManyVersions,
)
from catchment.vault.fields.types import (
    FIELDS_MAX,
    RETENTION_DAYS_MAX,
    DeclaredField,
    DeclaredFields,
    FieldSpec,
    PrivacyField,
    ValuesKept,
    plain_key,
)
from catchment.vault.grants.types import (
    GRANT_KINDS_MAX,
    GRANT_MINUTES_DEFAULT,
    GRANT_MINUTES_MAX,
    GRANT_PEOPLE_MAX,
    SENSITIVE_KINDS,
    Approval,
    Grant,
    GrantRule,
    GrantScope,
    GrantSpec,
    GrantState,
)
from catchment.vault.keys.types import (
    Destruction,
    KeyState,
    KeyVersion,
    MasterRotation,
    MasterVersion,
    Rotation,
    Tombstone,
)
from catchment.vault.retention.types import (
    FILES_DAYS_MAX,
    Retention,
)
from catchment.vault.tokens import (
    TOKEN,
    TOKEN_MARK,
    Token,
    is_token,
    parse_token,
    tokens_in,
)
from catchment.vault.trail.types import (
    TRAIL_DAYS_MIN,
    Act,
    FaultKind,
    TrailEntry,
    TrailFault,
    TrailHead,
    TrailVerdict,
)
from catchment.vault.types import Cipher, DataClass, KeyName, PersonalValue, Purpose
from catchment.vault.virtual_numbers.types import (
    Binding,
    BindingMode,
    NoNumberProvider,
    NumberProviderAway,
    NumbersExhausted,
    NumberUnknown,
)

# Packed, for they are many: one line a room in each of the two.
# fmt: off
# isort: off
if TYPE_CHECKING:
    from catchment.vault.detect.walk import IdentityPlace, personal_kind
    from catchment.vault.fields.declare import FieldBook
    from catchment.vault.fields.kinds import KindUnknown
    from catchment.vault.grants.answer import Grants
    from catchment.vault.grants.reveal import Revealed, Revealing
    from catchment.vault.keys.boxes import Box
    from catchment.vault.keys.destruction import DestroyedVersion, approve_destruction
    from catchment.vault.keys.destruction import cancel_destruction, run_due_destructions
    from catchment.vault.keys.destruction import schedule_destruction
    from catchment.vault.keys.file_store import FileKeyStore
    from catchment.vault.keys.master_destruction import (
        DestroyedMaster, approve_master_destruction, cancel_master_destruction,
        run_due_master_destructions, schedule_master_destruction,
    )
    from catchment.vault.keys.master_rotation import (
        describe_masters, finish_master_rotation, master_rotation, rotate_master_key,
    )
    from catchment.vault.keys.ports import KeyStore
    from catchment.vault.keys.ring import KeyRing
    from catchment.vault.keys.rotation import rotate_workspace_key
    from catchment.vault.keys.subject_keys import FieldCipher
    from catchment.vault.retention.rules import RetentionBook
    from catchment.vault.sealed_files import SealedWriter, create_sealed, is_sealed, open_sealed
    from catchment.vault.signing import Signer, verify
    from catchment.vault.sweeping import READ_COLUMNS, SWEEP_JOB, Sweeper, SweepRules, sweep_rules
    from catchment.vault.trail.chain import Trail
    from catchment.vault.trail.copies import TrailCopies
    from catchment.vault.hiding import hide_json, hide_text, unhide
    from catchment.vault.log_epochs import LogEpochs
    from catchment.vault.log_seals import LogOpener, LogSealer
    from catchment.vault.masking import HIDDEN, mask, mask_trait
    from catchment.vault.protecting import Protector
    from catchment.vault.vault import Access, ShredReport, Vault
    from catchment.vault.virtual_numbers.exchange import (
        ExchangeSecretMissing, MakerBinds, exchange_secret, exchange_secret_maker,
        make_exchange_secret,
    )
    from catchment.vault.virtual_numbers.number_pool import NumberPool
    from catchment.vault.virtual_numbers.ports import VirtualNumbers
    from catchment.vault.virtual_numbers.switchboard import NumberWanted, Switchboard
    from catchment.vault.virtual_numbers.works import NumberWorks, forget_numbers, number_works
    from catchment.vault.parts import PrivacyParts, privacy_parts
    from catchment.vault.register import RegisterRow, register_of, values_kept
    from catchment.vault.grants.reveal import TooManyReadings, ValueGone, Wanted
    from catchment.vault.parts import MASTER_JOB, ROTATION_JOB
# isort: on
# fmt: on

_ROOMS = {
    "Access": "vault",
    "Box": "keys.boxes",
    "DestroyedVersion": "keys.destruction",
    "ExchangeSecretMissing": "virtual_numbers.exchange",
    "FieldBook": "fields.declare",
    "FieldCipher": "keys.subject_keys",
    "KindUnknown": "fields.kinds",
    "FileKeyStore": "keys.file_store",
    "Grants": "grants.answer",
    "HIDDEN": "masking",
    "IdentityPlace": "detect.walk",
    "KeyRing": "keys.ring",
    "KeyStore": "keys.ports",
    "LogEpochs": "log_epochs",
    "LogOpener": "log_seals",
    "LogSealer": "log_seals",
    "NumberPool": "virtual_numbers.number_pool",
    "NumberWanted": "virtual_numbers.switchboard",
    "NumberWorks": "virtual_numbers.works",
    "PrivacyParts": "parts",
    "Protector": "protecting",
    "READ_COLUMNS": "sweeping",
    "ROTATION_JOB": "parts",
    "SWEEP_JOB": "sweeping",
    "Sweeper": "sweeping",
    "SweepRules": "sweeping",
    "sweep_rules": "sweeping",
    "RegisterRow": "register",
    "RetentionBook": "retention.rules",
    "Revealed": "grants.reveal",
    "Revealing": "grants.reveal",
    "SealedWriter": "sealed_files",
    "ShredReport": "vault",
    "Signer": "signing",
    "Switchboard": "virtual_numbers.switchboard",
    "TooManyReadings": "grants.reveal",
    "Trail": "trail.chain",
    "TrailCopies": "trail.copies",
    "ValueGone": "grants.reveal",
    "Vault": "vault",
    "VirtualNumbers": "virtual_numbers.ports",
    "Wanted": "grants.reveal",
    "DestroyedMaster": "keys.master_destruction",
    "approve_master_destruction": "keys.master_destruction",
    "cancel_master_destruction": "keys.master_destruction",
    "run_due_master_destructions": "keys.master_destruction",
    "schedule_master_destruction": "keys.master_destruction",
    "describe_masters": "keys.master_rotation",
    "finish_master_rotation": "keys.master_rotation",
    "master_rotation": "keys.master_rotation",
    "rotate_master_key": "keys.master_rotation",
    "MASTER_JOB": "parts",
    "approve_destruction": "keys.destruction",
    "cancel_destruction": "keys.destruction",
    "create_sealed": "sealed_files",
    "exchange_secret": "virtual_numbers.exchange",
    "exchange_secret_maker": "virtual_numbers.exchange",
    "MakerBinds": "virtual_numbers.exchange",
    "forget_numbers": "virtual_numbers.works",
    "hide_json": "hiding",
    "hide_text": "hiding",
    "is_sealed": "sealed_files",
    "make_exchange_secret": "virtual_numbers.exchange",
    "mask": "masking",
    "mask_trait": "masking",
    "number_works": "virtual_numbers.works",
    "open_sealed": "sealed_files",
    "personal_kind": "detect.walk",
    "privacy_parts": "parts",
    "register_of": "register",
    "rotate_workspace_key": "keys.rotation",
    "run_due_destructions": "keys.destruction",
    "schedule_destruction": "keys.destruction",
    "unhide": "hiding",
    "values_kept": "register",
    "verify": "signing",
}

__all__ = [
    "FIELDS_MAX",
    "FILES_DAYS_MAX",
    "GRANT_KINDS_MAX",
    "GRANT_MINUTES_DEFAULT",
    "GRANT_MINUTES_MAX",
    "GRANT_PEOPLE_MAX",
    "HIDDEN",
    "MASTER_JOB",
    "READ_COLUMNS",
    "RETENTION_DAYS_MAX",
    "ROTATION_JOB",
    "SENSITIVE_KINDS",
    "SWEEP_JOB",
    "TOKEN",
    "TOKEN_MARK",
    "TRAIL_DAYS_MIN",
    "Access",
    "Act",
    "Approval",
    "Binding",
    "BindingMode",
    "Box",
    "Cipher",
    "CiphertextRefused",
    "DataClass",
    "DeclaredField",
    "DeclaredFields",
    "DestroyedMaster",
    "DestroyedVersion",
    "Destruction",
    "DestructionSettled",
    "DestructionUnknown",
    "ExchangeSecretMissing",
    "FaultKind",
    "FieldBook",
    "FieldCipher",
    "FieldSpec",
    "FileKeyStore",
    "Grant",
    "GrantNeeded",
    "GrantRefused",
    "GrantRule",
    "GrantScope",
    "GrantSettled",
    "GrantSpec",
    "GrantState",
    "GrantUnknown",
    "Grants",
    "IdentityPlace",
    "KeyDestroyed",
    "KeyName",
    "KeyRing",
    "KeyState",
    "KeyStillNeeded",
    "KeyStore",
    "KeyUnknown",
    "KeyVersion",
    "KeysAway",
    "KeysWrong",
    "KindUnknown",
    "LogEpochs",
    "LogOpener",
    "LogSealer",
    "MakerBinds",
    "MasterRotation",
    "MasterVersion",
    "NoNumberProvider",
    "NumberPool",
    "NumberProviderAway",
    "NumberUnknown",
    "NumberWanted",
    "NumberWorks",
    "NumbersExhausted",
    "PersonalValue",
    "PrivacyField",
    "PrivacyParts",
    "Protector",
    "Purpose",
    "RegisterRow",
    "Retention",
    "RetentionBook",
    "Revealed",
    "Revealing",
    "Rotation",
    "SealedWriter",
    "SecondPersonNeeded",
    "ShredReport",
    "Signer",
    "SweepRules",
    "Sweeper",
    "Switchboard",
    "Token",
    "TokenMalformed",
    "Tombstone",
    "TooManyReadings",
    "TooManyVersions",
    "Trail",
    "TrailCopies",
    "TrailEntry",
    "TrailFault",
    "TrailHead",
    "TrailVerdict",
    "ValueGone",
    "ValuesKept",
    "Vault",
    "VirtualNumbers",
    "Wanted",
    "approve_destruction",
    "approve_master_destruction",
    "cancel_destruction",
    "cancel_master_destruction",
    "create_sealed",
    "describe_masters",
    "exchange_secret",
    "exchange_secret_maker",
    "finish_master_rotation",
    "forget_numbers",
    "hide_json",
    "hide_text",
    "is_sealed",
    "is_token",
    "make_exchange_secret",
    "mask",
    "mask_trait",
    "master_rotation",
    "number_works",
    "open_sealed",
    "parse_token",
    "personal_kind",
    "plain_key",
    "privacy_parts",
    "register_of",
    "rotate_master_key",
    "rotate_workspace_key",
    "run_due_destructions",
    "run_due_master_destructions",
    "schedule_destruction",
    "schedule_master_destruction",
    "sweep_rules",
    "tokens_in",
    "unhide",
    "values_kept",
    "verify",
]


def __getattr__(name: str) -> object:
    # The collector and the command line need some of these only.
    room = _ROOMS.get(name)
    if room is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{room}"), name)
    globals()[name] = value
    return value
