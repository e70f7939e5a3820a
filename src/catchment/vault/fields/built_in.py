"""What is found without anybody declaring it: the kinds, their class, what they are kept for."""

from catchment.vault.fields.types import KIND_PLACE, FieldSpec, PrivacyField
from catchment.vault.types import DataClass, Purpose

_USES = (Purpose.SERVICE, Purpose.TRANSACTION, Purpose.MARKETING)
_LABELS = {
    "phone": ("手机号", "Phone number"),
    "email": ("电子邮箱", "E-mail address"),
    "name": ("姓名", "Name"),
    "address": ("详细地址", "Street address"),
    "idcard": ("身份证号", "ID card number"),
    "bankcard": ("银行卡号", "Bank card number"),
    "openid": ("平台 openid", "Platform openid"),
    "unionid": ("平台 unionid", "Platform unionid"),
    "external_userid": ("企业微信外部联系人", "WeCom external contact"),
    "wechat": ("微信号", "WeChat id"),
    "qq": ("QQ 号", "QQ number"),
    "alipay": ("支付宝账号", "Alipay account"),
    "text": ("形似令牌的文本", "Text that looks like a token"),
}
_SENSITIVE = {"idcard", "bankcard"}

BUILT_IN: tuple[PrivacyField, ...] = tuple(
    PrivacyField(
        f"built_in_{kind}",
        FieldSpec(
            f"{KIND_PLACE}{kind}", kind, zh, en, DataClass.IMPORTANT,
            (Purpose.SERVICE, Purpose.TRANSACTION) if kind in _SENSITIVE else _USES,
        ),
        is_built_in=True,
    )
    for kind, (zh, en) in _LABELS.items()
)  # fmt: skip
"""Known by their names, and phones, e-mail addresses, id and bank cards by how they look."""
