"""What the world's own records know of a person: a made-up name, address and ids, by their number.

Everything is a function of the number, so nothing is stored and any day can be told by itself. A
few people registered a second time (*twins*): another number, nearly the same particulars, no
shared id. Nothing joins the two by itself; whoever looks for duplicates should find them.

Addresses of mail end in `.example`, which belongs to nobody; telephone numbers are left out,
because a made-up one may be somebody's.
"""

from dataclasses import dataclass
from hashlib import blake2b

_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
_GIVEN = (
    "子涵", "欣怡", "梓萱", "雨桐", "思远", "浩然", "佳宁", "晓彤", "一诺", "若曦", "明轩", "书瑶",
    "俊杰", "嘉懿", "婉清", "志强", "秀英", "海燕", "丽娜", "建国", "雪梅", "文博", "静怡", "天宇",
    "可馨", "宇航", "诗涵", "晨曦", "芷若", "立新", "沐阳", "安琪",
)  # fmt: skip
_CITIES = ("上海", "北京", "杭州", "广州", "深圳", "成都", "武汉", "西安", "南京", "长沙")
_STREETS = (
    "中山路", "人民路", "解放路", "建设路", "和平路", "文化路", "新华路", "学院路", "滨江路",
    "朝阳路", "湖滨路", "青年路", "花园路", "长江路", "桂花路", "云栖路",
)  # fmt: skip
_LEVELS = ("普通", "普通", "普通", "银卡", "银卡", "金卡")
_WITH_MAIL, _WITH_WECHAT, _TWINS = 0.6, 0.55, 0.015


@dataclass(frozen=True, slots=True)
class Persona:
    """One person's particulars.

    Attributes:
        name, city, street, birthday: made up; a twin's differ a little from the original's.
        member_level: in the shop's own programme.
        email: for those who left one.
        unionid: for those who let the mini program know them.
        openid: the same person's id in the mini program alone.
    """

    name: str
    city: str
    street: str
    birthday: str
    member_level: str
    email: str | None
    unionid: str | None
    openid: str | None

    @property
    def external_ids(self) -> str:
        """The members of `context.externalIds` that the mini program sends, as JSON; or nothing."""
        if self.unionid is None:
            return ""
        return (
            f'"externalIds":[{{"id":"{self.openid}","type":"openid","collection":"wxmini"}},'
            f'{{"id":"{self.unionid}","type":"unionid","collection":"users"}}],'
        )


def persona_of(seed: int, person: int) -> Persona:
    """The particulars of the person with this number."""
    original = _original(seed, person)
    known = _Chance(seed, original)
    name = _SURNAMES[known.below(len(_SURNAMES))] + _GIVEN[known.below(len(_GIVEN))]
    city = _CITIES[known.below(len(_CITIES))]
    street = f"{_STREETS[known.below(len(_STREETS))]}{1 + known.below(3_000)}号"
    birthday = f"{1962 + known.below(44)}-{1 + known.below(12):02d}-{1 + known.below(28):02d}"
    own = _Chance(seed, person, "own")
    level = _LEVELS[own.below(len(_LEVELS))]
    has_mail, has_wechat = own.share() < _WITH_MAIL, own.share() < _WITH_WECHAT
    if original != person:
        # Whoever registers again writes the address another way, and may slip in the birthday.
        street = street.removesuffix("号")
        if own.share() < 1 / 3:
            birthday = birthday[:8] + f"{1 + own.below(28):02d}"
    tag = blake2b(f"{seed}-wechat-{person}".encode(), digest_size=12).hexdigest()
    return Persona(
        name=name,
        city=city,
        street=street,
        birthday=birthday,
        member_level=level,
        email=f"u{100_000 + person}@mail.example" if has_mail else None,
        unionid=f"oU{tag}" if has_wechat else None,
        openid=f"oM{tag[::-1]}" if has_wechat else None,
    )


def is_twin(seed: int, person: int) -> bool:
    """Whether this is the second registration of the person with the number before."""
    return _original(seed, person) != person


def _original(seed: int, person: int) -> int:
    # Only odd numbers are twins of the even ones before them, so there are no chains.
    if person % 2 == 0 or person < 0:
        return person
    return person - 1 if _Chance(seed, person, "twin").share() < 2 * _TWINS else person


class _Chance:
    """Numbers that belong to one person for ever."""

    def __init__(self, seed: int, person: int, purpose: str = "") -> None:
        text = f"{seed}-{purpose}-{person}".encode()
        self._rest = int.from_bytes(blake2b(text, digest_size=32).digest())

    def below(self, limit: int) -> int:
        self._rest, number = divmod(self._rest, limit)
        return number

    def share(self) -> float:
        return self.below(1 << 20) / (1 << 20)
