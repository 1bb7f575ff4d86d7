"""What the social-insurance portal says about itself."""

from __future__ import annotations

from clients.portals.department import Department, Service, Words
from clients.portals.social_insurance.contributions import contribution_record

SOCIAL_INSURANCE = Department(
    key="social_insurance",
    package="clients.portals.social_insurance",
    cookie_name="tongxing_social",
    scope="openid profile",
    seal="保",
    name=Words("社会保险服务平台", "Social Insurance Online"),
    authority=Words("示范省人力资源和社会保障厅", "Model Province Social Security"),
    headline=Words("缴了几个月，心里有数", "Know how many months you have paid in"),
    lead=Words(
        "查询五项社会保险的累计缴费月数和最近一年的缴费情况。用统一身份认证登录一次，"
        "在其他部门登录过就直接进入。",
        "See the months you have contributed to all five insurances and how the last year went. "
        "If you have already signed in at another department, you are let straight in.",
    ),
    receives=(
        Service(
            Words("姓名等基本资料", "Your name and profile"),
            Words("找到您的参保记录", "to find your insurance record"),
        ),
        Service(
            Words("不需要证件号码", "Not your identity number"),
            Words("身份已由统一身份认证核验", "the identity service has already verified you"),
        ),
        Service(
            Words("不需要手机号", "Not your mobile number"),
            Words("我们不发送短信", "we send no messages"),
        ),
    ),
    services=(
        Service(
            Words("缴费月数查询", "Months contributed"),
            Words("养老、医疗、失业、工伤、生育", "Pension, medical and three more"),
        ),
        Service(
            Words("参保证明", "Certificate of insurance"),
            Words("带验证码，可在线核验", "With a code that anyone can check"),
        ),
        Service(
            Words("关系转移接续", "Transfer between regions"),
            Words("跨省转移，不用两头跑", "Across provinces, without travelling"),
        ),
    ),
    takes_people_back_after_logout=False,
    other_name=Words("电子税务局", "Tax Online"),
    task=contribution_record,
)
