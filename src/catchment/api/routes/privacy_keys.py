"""The keys: how they stand, replacing one, and destroying one, which takes two people."""

from typing import Annotated, Any

from fastapi import APIRouter, Path

from catchment import access, jobs, vault
from catchment.api.at_the_desk import DeskRoute
from catchment.api.desk import Desk
from catchment.api.rendering import job_shape
from catchment.api.routes.paths import (
    WORKSPACE,
    PrivacyApprover,
    PrivacyManager,
    PrivacyReader,
)
from catchment.api.routes.second_person import person_behind
from catchment.api.schemas import events
from catchment.api.schemas import privacy as shapes
from catchment.kernel import WorkspaceId, instant_from_us

router = APIRouter(tags=["privacy"], route_class=DeskRoute)
KEYS = f"{WORKSPACE}/privacy/keys"
HOUSE = "house"
MASTER = f"{KEYS}/master"
MASTER_DESTRUCTION = f"{MASTER}/{{version}}/destruction"
DESTRUCTION = f"{KEYS}/{{data_class}}/{{version}}/destruction"

ClassPath = Annotated[vault.DataClass, Path()]
VersionPath = Annotated[int, Path(ge=1, le=1_000_000)]


@router.get(KEYS, operation_id="read_privacy_keys")
def read_privacy_keys(desk: PrivacyReader) -> shapes.PrivacyKeys:
    """The workspace's keys, how many people's hang on each, and how far a rotation is."""
    return _keys(desk)


@router.put(f"{KEYS}/cipher", operation_id="change_cipher")
def change_cipher(ask: shapes.CipherAsk, desk: PrivacyManager) -> shapes.PrivacyKeys:
    """Chooses what new values are sealed with; what was sealed before stays readable."""
    _note(desk, "key.cipher", ask.cipher.value)
    desk.services.keys.set_cipher(desk.workspace_id, ask.cipher)
    return _keys(desk)


@router.post(f"{KEYS}/rotate", operation_id="rotate_privacy_key", status_code=202)
def rotate_privacy_key(ask: shapes.RotationAsk, desk: PrivacyManager) -> events.Job:
    """Replaces the workspace's key of a class, in the background; everything stays readable."""
    job = jobs.enqueue(
        desk.work, desk.workspace_id, vault.ROTATION_JOB, {"data_class": ask.data_class.value},
        clock=desk.clock, ids=desk.ids, once_key=ask.data_class.value, requested_by=desk.actor,
    )  # fmt: skip
    _note(desk, "key.rotate", ask.data_class.value)
    return job_shape(job)


# Before those of a class: `master` is none.
@router.post(f"{MASTER}/rotate", operation_id="rotate_master_key", status_code=202)
def rotate_master_key(desk: PrivacyManager) -> events.Job:
    """Replaces the master key of the installation, in the background; everything stays readable."""
    job = jobs.enqueue(
        desk.work, desk.workspace_id, vault.MASTER_JOB, {},
        clock=desk.clock, ids=desk.ids, once_key="master", requested_by=desk.actor,
    )  # fmt: skip
    _note_everywhere(desk, "key.master.rotate")
    return job_shape(job)


@router.post(MASTER_DESTRUCTION, operation_id="ask_master_destruction")
def ask_master_destruction(
    version: VersionPath, ask: shapes.DestructionAsk, desk: PrivacyManager
) -> shapes.PrivacyKeys:
    """Asks for the destruction of an old master key; another must approve, and then days pass."""
    _note_everywhere(desk, "key.master.destruction.ask", str(version), f": {ask.reason}")
    vault.schedule_master_destruction(
        desk.services.keys,
        desk.workspace_id,
        version,
        actor=person_behind(desk, desk.actor),
        reason=ask.reason,
    )
    return _keys(desk)


@router.post(f"{MASTER_DESTRUCTION}/approve", operation_id="approve_master_destruction")
def approve_master_destruction(version: VersionPath, desk: PrivacyApprover) -> shapes.PrivacyKeys:
    """Approves what somebody else asked for; the key is destroyed when the delay is over."""
    _note_everywhere(desk, "key.master.destruction.approve", str(version))
    vault.approve_master_destruction(
        desk.services.keys, desk.workspace_id, version, actor=person_behind(desk, desk.actor)
    )
    return _keys(desk)


@router.delete(MASTER_DESTRUCTION, operation_id="cancel_master_destruction")
def cancel_master_destruction(version: VersionPath, desk: PrivacyManager) -> shapes.PrivacyKeys:
    """Takes the request back, as long as the key stands."""
    _note_everywhere(desk, "key.master.destruction.cancel", str(version))
    vault.cancel_master_destruction(desk.services.keys, desk.workspace_id, version)
    return _keys(desk)


@router.post(DESTRUCTION, operation_id="ask_key_destruction")
def ask_key_destruction(
    data_class: ClassPath,
    version: VersionPath,
    ask: shapes.DestructionAsk,
    desk: PrivacyManager,
) -> shapes.PrivacyKeys:
    """Asks for the destruction of an old key; another must approve, and then days pass."""
    _note(desk, "key.destruction.ask", f"{data_class.value} {version}: {ask.reason}")
    vault.schedule_destruction(
        desk.services.keys, desk.workspace_id, data_class, version,
        actor=person_behind(desk, desk.actor), reason=ask.reason,
    )  # fmt: skip
    return _keys(desk)


@router.post(f"{DESTRUCTION}/approve", operation_id="approve_key_destruction")
def approve_key_destruction(
    data_class: ClassPath, version: VersionPath, desk: PrivacyApprover
) -> shapes.PrivacyKeys:
    """Approves what somebody else asked for; the key is destroyed when the delay is over."""
    _note(desk, "key.destruction.approve", f"{data_class.value} {version}")
    vault.approve_destruction(
        desk.services.keys,
        desk.workspace_id,
        data_class,
        version,
        actor=person_behind(desk, desk.actor),
    )
    return _keys(desk)


@router.delete(DESTRUCTION, operation_id="cancel_key_destruction")
def cancel_key_destruction(
    data_class: ClassPath, version: VersionPath, desk: PrivacyManager
) -> shapes.PrivacyKeys:
    """Takes the request back, as long as the key stands."""
    _note(desk, "key.destruction.cancel", f"{data_class.value} {version}")
    vault.cancel_destruction(desk.services.keys, desk.workspace_id, data_class, version)
    return _keys(desk)


def _note(desk: Desk, action: str, reason: str) -> None:
    """Into both trails: the workspace's own, and that of personal data."""
    act = vault.Act(desk.actor, action, reason=reason)
    desk.services.privacy.trail.add(desk.work, desk.workspace_id, [act])
    access.record(
        desk.work, desk.workspace_id, desk.actor, f"privacy.{action}", reason,
        clock=desk.clock, ids=desk.ids,
    )  # fmt: skip


def _note_everywhere(desk: Desk, action: str, which: str = "", why: str = "") -> None:
    """The same; and that it was done, not by whom and why, into the trails of other workspaces."""
    _note(desk, action, which + why)
    act = vault.Act(HOUSE, action, reason=which)
    for one in access.list_workspaces(desk.work):
        if one.id != desk.workspace_id:
            desk.services.privacy.trail.add(desk.work, WorkspaceId(one.id), [act])


def _keys(desk: Desk) -> shapes.PrivacyKeys:
    ring, workspace_id = desk.services.keys, desk.workspace_id
    try:
        versions, rotation = ring.describe(workspace_id), ring.rotation(workspace_id)
        cipher, master = ring.cipher(workspace_id), _master(ring, workspace_id)
        log_keys_since = ring.log_keys_since()
    except (vault.KeysAway, vault.KeysWrong):
        return shapes.PrivacyKeys(
            is_away=True, cipher=vault.Cipher.AES_256_GCM, ciphers=list(vault.Cipher), master=None,
            workspace_keys=[], rotation=None, log_keys_since=None,
        )  # fmt: skip
    return shapes.PrivacyKeys(
        is_away=False,
        cipher=cipher,
        ciphers=list(vault.Cipher),
        master=master,
        workspace_keys=[_version(one) for one in versions],
        rotation=None if rotation is None else _rotation(rotation),
        log_keys_since=log_keys_since,
    )


def _master(ring: vault.KeyRing, workspace_id: WorkspaceId) -> shapes.MasterKey:
    moved = vault.master_rotation(ring)
    return shapes.MasterKey(
        fingerprint=ring.fingerprint(),
        store="file",
        versions=[_master_version(one) for one in vault.describe_masters(ring, workspace_id)],
        rotation=None if moved is None else shapes.MasterRotation(
            version=moved.version, state="done" if moved.is_done else "running", done=moved.done,
            total=moved.total,
        ),
    )  # fmt: skip


def _master_version(one: vault.MasterVersion) -> shapes.MasterVersion:
    return shapes.MasterVersion(
        version=one.version, state=one.state, fingerprint=one.fingerprint,
        created_at=instant_from_us(one.created_us), wraps=one.wraps,
        **_ending(one.destruction),
    )  # fmt: skip


def _ending(asked: vault.Destruction | None) -> dict[str, Any]:
    due_us = None if asked is None else asked.due_us
    return {
        "due_at": None if due_us is None else instant_from_us(due_us),
        "asked_by": None if asked is None else asked.asked_by,
        "approved_by": None if asked is None else asked.approved_by,
        "reason": None if asked is None else asked.reason,
    }


def _rotation(one: vault.Rotation) -> shapes.Rotation:
    return shapes.Rotation(
        data_class=one.data_class, state="done" if one.is_done else "running", done=one.done,
        total=one.total,
    )  # fmt: skip


def _version(one: vault.KeyVersion) -> shapes.WorkspaceKey:
    return shapes.WorkspaceKey(
        data_class=one.data_class,
        version=one.version,
        state=one.state,
        cipher=one.cipher,
        created_at=instant_from_us(one.created_us),
        subject_keys=one.subject_keys,
        **_ending(one.destruction),
    )
