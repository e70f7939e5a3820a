"""What fields are called that hold personal data, in English and in Chinese, for every workspace.

Names are compared by `plain_key`: without regard to case, and to anything but letters and digits.
"""

from collections.abc import Mapping

from catchment.vault.detect.text import BANKCARD, EMAIL, IDCARD, PHONE

NAME = "name"
ADDRESS = "address"

_NAMES: Mapping[str, str] = {
    PHONE: "phone mobile tel telephone cellphone phonenumber mobilephone mobilenumber phoneno"
    " mobileno receiverphone receivermobile contactphone contactmobile identitymobile"
    " 手机 手机号 手机号码 电话 电话号码 联系电话 收货电话",
    EMAIL: "email mail mailbox emailaddress identityemail 邮箱 电子邮箱 邮件地址",
    NAME: "realname truename receivername receiver consignee contactname recipientname"
    " 姓名 收货人 收件人 联系人 真实姓名",
    ADDRESS: "address detailaddress addressdetail shippingaddress receiveraddress billingaddress"
    " street streetaddress address1 address2 addressline1 addressline2 地址 收货地址 详细地址",
    IDCARD: "idcard idcardno idcardnumber idnumber identitycard 身份证 身份证号 身份证号码",
    BANKCARD: "bankcard bankcardno cardnumber cardno 银行卡 银行卡号",
    "openid": "openid",
    "unionid": "unionid identitympunionid",
    "external_userid": "externaluserid",
    "wechat": "wechat wechatid weixin wxid 微信号 微信",
    "qq": "qq qqnumber qq号",
    "alipay": "alipay alipayaccount 支付宝 支付宝账号",
}

BY_NAME: Mapping[str, str] = {
    name: kind for kind, names in _NAMES.items() for name in names.split()
}
"""A kind by a field's name, wherever the field stands."""

PERSON_NAMES = frozenset(
    {"name", "firstname", "lastname", "fullname", "givenname", "familyname", "名字"}
)
"""Names of people where people are told of: in traits and in addresses; elsewhere, of anything."""

NAMES: Mapping[str, str] = {**BY_NAME, **dict.fromkeys(PERSON_NAMES, NAME)}
"""A kind by a field's name, also where only what stands around says that it is a person's."""

PEOPLE_MEMBERS = frozenset({"traits", "$set", "$set_once"})
"""Under these, as they are written, people are told of."""

ADDRESS_OPEN = frozenset(
    {
        "city", "citycode", "country", "countrycode", "county", "district", "isdefault", "label",
        "province", "provincecode", "region", "state", "type",
        "国家", "省", "省份", "市", "城市", "区", "区县", "县",
    }
)  # fmt: skip
"""Members of an address that stay as they are: they say where, and not at whose door."""

NOT_PERSONAL_IDS = frozenset({"user", "anon", "device"})
"""Kinds of identifiers that say nothing elsewhere: a sender's own ids."""

_REFERENCES = (
    "orderid orderno ordernumber ordercode ordersn suborderid suborderno parentorderid"
    " parentorderno mainorderid outtradeno outorderid outorderno tradeid tradeno"
    " productid productno productcode goodsid goodsno goodscode itemid itemno itemcode"
    " sku skuid skuno skucode spu spuid barcode ean gtin upc variantid"
    " liveid liveroomid livesessionid roomid showid streamid videoid noteid contentid"
    " couponid couponno couponcode couponbatchid promotionid activityid campaignid adid"
    " creativeid transactionid transactionno transactionnumber paymentid paymentno payno"
    " serialno refundid refundno aftersaleid trackingno trackingnumber waybillno expressno"
    " logisticsno shipmentid"
    " shopid storeid merchantid sellerid categoryid brandid warehouseid"
    " 订单号 订单编号 订单id 子订单号"
    " 主订单号 商户订单号 商品编号"
    " 商品号 商品id 商品编码 货号"
    " 规格编号 规格id 条码 条形码"
    " 直播间号 直播间id 直播id 场次id"
    " 场次编号 优惠券编号 优惠券id"
    " 券号 交易号 交易流水号 流水号"
    " 支付单号 支付流水号 退款单号"
    " 售后单号 运单号 快递单号"
    " 物流单号 店铺id"
)

REFERENCES = frozenset(_REFERENCES.split())
"""What numbers things and not people: bare digits there are nobody's phone and no bank's card.

As a token they would differ from owner to owner, and one order or product could not be counted
over many people. Anything but bare digits is looked at here as everywhere.
"""
