"""What the demonstration says to the person who started it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from idp.cli.demo.generated import Generated
from idp.cli.demo.part import Part
from idp.cli.demo.person import PHONE
from idp.cli.demo.ports import DEFAULT_BASE, HIGHEST_BASE, Ports

STARTING = "正在启动，请稍候…… Starting, one moment..."
STOPPED = "\n已全部停止。 Everything has stopped."


def ready(ports: Ports, generated: Generated) -> str:
    """Return all that a newcomer needs."""
    return f"""
  通行  统一身份认证演示                Tongxing: one sign-in for every department

  从这里开始                            Start here
      {ports.url("home")}

  现成的账号                            A ready-made account
      手机号 Mobile     {PHONE}
      密码   Password   {generated.account_password}

  想从注册开始？首页列出了模拟人口库里的居民，选一位即可；
  验证码不会真的发出，在首页的“短信和邮件”里看。
  To register yourself, choose one of the people on the home page. No message leaves
  this machine: read the code under Messages there.

  其余各处                              The other parts
      电子税务局       Tax Online           {ports.url("tax")}
      社会保险服务平台 Social Insurance     {ports.url("social")}
      统一身份认证     Identity provider    {ports.url("provider")}

  按 Ctrl-C 停止全部。                  Ctrl-C stops everything.
"""


def part_ended(part: Part) -> str:
    """Return which part ended and what it said last."""
    return (
        f"\n“{part.name}”没有运行，演示已停止。详情：{part.log}\n"
        f"The part “{part.name}” does not run, so the demonstration has stopped. See {part.log}\n\n"
        f"{part.last_words()}"
    )


def ports_in_use(busy: Sequence[int], base: int) -> str:
    """Return which ports are taken and what to do."""
    taken = "、".join(str(port) for port in busy)
    other = base + 1000 if base < HIGHEST_BASE - 1000 else DEFAULT_BASE
    return (
        f"端口 {taken} 已被占用。换一组端口：idp demo --port-base {other}"
        f"\n     In use: {', '.join(str(port) for port in busy)}."
        f" Choose other ports: idp demo --port-base {other}"
    )


def no_clients(where: Path) -> str:
    """Return why there is no demonstration without the sample portals."""
    return (
        "演示需要源代码中的 clients 目录，请在源代码目录下运行。"
        f" The demonstration needs the folder clients of the source tree; {where} has none."
    )
