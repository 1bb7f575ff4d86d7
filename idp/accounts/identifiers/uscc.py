"""统一社会信用代码, the code of an organisation (GB 32100-2015)."""

from __future__ import annotations

from datetime import date
from typing import Final

from idp.accounts.identifiers.check_digits import USCC_ALPHABET, gb_11714_check, uscc_check
from idp.accounts.identifiers.errors import IdentifierError, Reason
from idp.accounts.identifiers.identifier import Identifier
from idp.accounts.identifiers.kinds import IdentifierKind, IdentifierWarning

ORGANISATION_CLASSES: Final = {
    "11": "机关",
    "12": "事业单位",
    "13": "机构编制部门直接管理的群众团体",
    "19": "机构编制其他",
    "21": "外国常驻新闻机构",
    "29": "外交其他",
    "31": "律师执业机构",
    "32": "公证处",
    "33": "基层法律服务所",
    "34": "司法鉴定机构",
    "35": "仲裁委员会",
    "39": "司法行政其他",
    "41": "外国在华文化中心",
    "49": "文化其他",
    "51": "社会团体",
    "52": "民办非企业单位",
    "53": "基金会",
    "59": "民政其他",
    "61": "外国旅游部门常驻代表机构",
    "62": "港澳台地区旅游部门常驻内地（大陆）代表机构",
    "69": "旅游其他",
    "71": "宗教活动场所",
    "72": "宗教院校",
    "79": "宗教其他",
    "81": "基层工会",
    "89": "工会其他",
    "91": "企业",
    "92": "个体工商户",
    "93": "农民专业合作社",
    "A1": "军队事业单位",
    "A9": "军队其他",
    "N1": "组级集体经济组织",
    "N2": "村级集体经济组织",
    "N3": "乡镇级集体经济组织",
    "N9": "农业其他",
    "Y1": "其他",
}
"""Registering authority and class of organisation: characters 1 and 2 (GB 32100, table 2)."""


def parse_uscc(number: str, _today: date) -> Identifier:
    """Return the code; a wrong GB 11714 check character inside it is a warning, not an error."""
    if len(number) != 18:
        raise IdentifierError(Reason.LENGTH)
    if not set(number) <= set(USCC_ALPHABET):
        raise IdentifierError(Reason.CHARACTERS)
    if number[:2] not in ORGANISATION_CLASSES:
        raise IdentifierError(Reason.CLASS)
    if number[17] != uscc_check(number[:17]):
        raise IdentifierError(Reason.CHECK_DIGIT)
    fits = number[16] == gb_11714_check(number[8:16])
    return Identifier(
        kind=IdentifierKind.USCC,
        canonical=number,
        country="CHN",
        warnings=() if fits else (IdentifierWarning.SUBJECT_CODE_CHECK,),
    )
