"""What the tax portal says about itself."""

from __future__ import annotations

from clients.portals.department import Department, Service, Words
from clients.portals.tax.income import income_summary

TAX = Department(
    key="tax",
    package="clients.portals.tax",
    cookie_name="tongxing_tax",
    scope="openid profile phone identity",
    seal="税",
    name=Words("电子税务局", "Tax Online"),
    authority=Words("示范省税务局", "Model Province Tax Service"),
    headline=Words("个人所得税，一次登录办好", "Income tax, settled with one sign-in"),
    lead=Words(
        "查看本年度收入与预缴税款，核对专项附加扣除。身份由统一身份认证核验，"
        "不必另设密码，也不必上传证件照片。",
        "See this year's income and tax withheld, and check your deductions. The national "
        "identity service verifies who you are: no further password, no photo of your card.",
    ),
    receives=(
        Service(
            Words("姓名", "Your name"), Words("写在纳税记录上", "as it stands on the tax record")
        ),
        Service(
            Words("证件号码", "Identity number"),
            Words("法定的纳税人识别号", "by law your taxpayer number"),
        ),
        Service(
            Words("手机号", "Mobile number"),
            Words("退税到账时通知您", "to tell you when a refund arrives"),
        ),
    ),
    services=(
        Service(
            Words("收入纳税明细", "Income and tax withheld"),
            Words("按月核对扣缴义务人申报的收入", "Month by month, as employers declared it"),
        ),
        Service(
            Words("专项附加扣除", "Additional deductions"),
            Words("子女教育、赡养老人、住房租金等", "Children, parents, rent and others"),
        ),
        Service(
            Words("年度汇算清缴", "Annual settlement"),
            Words("多退少补，次年 3 月至 6 月办理", "Refund or balance, March to June"),
        ),
    ),
    takes_people_back_after_logout=True,
    other_name=Words("社会保险服务平台", "Social Insurance"),
    task=income_summary,
)
