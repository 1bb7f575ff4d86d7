"""Which browser on which system a session is used from."""

from __future__ import annotations

import pytest

from idp.http.device import device_label, recognise_device
from idp.i18n.language import Language

_WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"
_WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64)"
_CHROME = "Chrome/131.0.0.0 Safari/537.36"
_LINUX = "Mozilla/5.0 (X11; Linux x86_64)"
_MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)"
_IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X)"


SAMPLES = [
    (f"{_WINDOWS} {_WEBKIT} {_CHROME}", "Chrome on Windows", "Chrome · Windows"),
    (f"{_WINDOWS} {_WEBKIT} {_CHROME} Edg/131.0.0.0", "Edge on Windows", "Edge · Windows"),
    (
        "Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0",
        "Firefox on Linux",
        "Firefox · Linux",
    ),
    (f"{_IPHONE} {_WEBKIT} Version/18.1 Safari/604.1", "Safari on iPhone", "Safari · iPhone"),
    (f"{_IPHONE} {_WEBKIT} MicroMessenger/8.0.54(0x1)", "WeChat on iPhone", "微信 · iPhone"),
    (f"{_MAC} {_WEBKIT} Version/18.1 Safari/605.1.15", "Safari on macOS", "Safari · macOS"),
    (
        f"Mozilla/5.0 (Linux; Android 12; HarmonyOS) {_WEBKIT} {_CHROME} HuaweiBrowser/15.0",
        "Huawei Browser on HarmonyOS",
        "华为浏览器 · 鸿蒙系统",
    ),
    (
        f"Mozilla/5.0 (Phone; OpenHarmony 5.0) {_WEBKIT} {_CHROME} ArkWeb/4.1",
        "Chrome on HarmonyOS",
        "Chrome · 鸿蒙系统",
    ),
    (f"{_LINUX} {_WEBKIT} {_CHROME} UOS", "Chrome on UnionTech OS", "Chrome · 统信系统"),
    ("curl/8.5.0", "Unknown device", "未识别的设备"),
    ("", "Unknown device", "未识别的设备"),
    ("Windows" * 200, "Windows", "Windows"),
]


@pytest.mark.parametrize(("user_agent", "english", "chinese"), SAMPLES)
def test_a_device_is_named_as_its_owner_would(user_agent: str, english: str, chinese: str) -> None:
    device = recognise_device(user_agent)
    assert device_label(device, Language.ENGLISH) == english
    assert device_label(device, Language.CHINESE) == chinese


def test_nothing_but_the_two_names_is_kept() -> None:
    hostile = f"{_WINDOWS} <script>alert(1)</script> Chrome/131.0.0.0 secret-13800138000"
    assert recognise_device(hostile) == "chrome/windows"


def test_what_was_never_recognised_is_shown_as_unknown() -> None:
    assert device_label("<script>/x", Language.ENGLISH) == "Unknown device"
