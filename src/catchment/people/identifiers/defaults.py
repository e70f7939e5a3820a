"""The kinds that a new workspace begins with, and why their limits are what they are.

A false merge shows one person's life to another; a missed one is mended by the next sign-in. So
where the two are weighed, the limits would rather miss one.

- A person has one user id and one unionid; two WeChat accounts are two people until an operator
  says otherwise.
- A phone, an e-mail and a buyer id may change or be several, but one that many users have is a
  shop's or a secretary's.
- A family shares a tablet: up to five users leave it with the first of them. With the sixth it
  is a shop's tablet, and nobody's.
"""

from dataclasses import dataclass

from catchment.people.identifiers.types import DeclaredKind
from catchment.people.identity import DEFAULT_RULES

BUILT_IN = ("user", "anon")
"""These two are columns of every event: a workspace may limit them, and not leave them out."""


@dataclass(frozen=True, slots=True)
class _Told:
    """What is not for the book of identities: names, and where the values stand."""

    zh: str
    en: str
    places: tuple[str, ...] = ()
    scope_places: tuple[str, ...] = ()


_TOLD = {
    "user": _Told("用户 ID", "User id"),
    "unionid": _Told(
        "微信 UnionID", "WeChat unionid",
        ("traits.unionid", "context.identities.$identity_mp_unionid"),
    ),
    "phone": _Told(
        "手机号", "Phone",
        ("traits.phone", "traits.mobile", "context.traits.phone",
         "context.identities.$identity_mobile"),
    ),
    "buyer": _Told(
        "平台买家", "Platform buyer",
        ("properties.buyer_id", "traits.buyer_id"), ("properties.platform", "traits.platform"),
    ),
    "external_userid": _Told(
        "企微外部联系人", "WeCom external user",
        ("traits.external_userid",), ("traits.corpid", "context.corp.id"),
    ),
    "openid": _Told(
        "微信 OpenID", "WeChat openid", ("traits.openid",), ("traits.appid", "context.app.id"),
    ),
    "email": _Told(
        "邮箱", "E-mail",
        ("traits.email", "context.traits.email", "context.identities.$identity_email"),
    ),
    "device": _Told("设备", "Device", ("context.device.id",)),
    "anon": _Told("匿名 ID", "Anonymous id"),
}  # fmt: skip

DEFAULT_KINDS: tuple[DeclaredKind, ...] = tuple(
    DeclaredKind(
        name=rule.kind, code=rule.code, label_zh=_TOLD[rule.kind].zh, label_en=_TOLD[rule.kind].en,
        strength=rule.strength, priority=rule.priority, limit=rule.limit,
        people_max=rule.people_max, places=_TOLD[rule.kind].places,
        scope_places=_TOLD[rule.kind].scope_places,
    )
    for rule in DEFAULT_RULES.kinds
)  # fmt: skip
"""What a new workspace begins with, the strongest first."""
