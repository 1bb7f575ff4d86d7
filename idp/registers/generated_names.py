"""Plain synthetic names, drawn from common surnames and given names."""

from __future__ import annotations

from typing import Final

from idp.registers.draws import Draws

_SURNAMES: Final = (
    "王王王李李李张张张刘刘陈陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈"
    "曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯"
)
_DOUBLE_SURNAMES: Final = ("欧阳", "司马", "上官", "诸葛", "皇甫")
_MALE: Final = (
    "伟强磊军洋勇杰涛超明刚平辉鹏华飞鑫波斌宇浩凯健俊帆旭宁龙林建志文博天泽晨阳嘉铭睿航轩远思承安国"
)
_FEMALE: Final = (
    "芳娜秀敏静丽艳娟霞玲桂英兰红梅燕萍莉琴雪倩颖婷慧洁琳璐欣怡佳悦涵梦瑶诗语晓文若清雅思宁月岚"
)
_TRADES: Final = (
    "科技",
    "贸易",
    "建筑工程",
    "餐饮管理",
    "物流",
    "文化传播",
    "农业发展",
    "信息技术",
    "环保",
    "食品",
)
_WORDS: Final = "瑞恒盛达宏源泰兴嘉禾锦程新华宇通联创博远安康和顺明德鼎信广汇金诚"


def person_name(draws: Draws, *, male: bool) -> str:
    """Return a family name and one or two given characters."""
    double = draws.below(200) == 0
    surname = draws.pick(_DOUBLE_SURNAMES) if double else draws.pick(_SURNAMES)
    given = _MALE if male else _FEMALE
    length = 1 if draws.below(100) < 25 else 2
    return surname + "".join(draws.pick(given) for _ in range(length))


def trade_name(draws: Draws) -> str:
    """Return the middle of an organisation's name, such as 瑞恒科技."""
    return draws.pick(_WORDS) + draws.pick(_WORDS) + draws.pick(_TRADES)
