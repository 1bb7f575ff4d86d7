"""Which browser on which system: enough for the owner of a session to recognise it.

Kept as `browser/system`, with no version and nothing else of the User-Agent header, which is a
claim of the browser and decides nothing.
"""

from __future__ import annotations

from idp.i18n.language import Language
from idp.i18n.translation import gettext_noop as N_
from idp.i18n.translation import translator

_LONGEST = 1000
_UNKNOWN = "unknown"

# Looked for in this order: most browsers also name those they descend from.
_BROWSERS = (
    ("MicroMessenger/", "wechat"),
    ("AlipayClient/", "alipay"),
    ("DingTalk/", "dingtalk"),
    ("HuaweiBrowser/", "huawei"),
    ("MiuiBrowser/", "xiaomi"),
    ("VivoBrowser/", "vivo"),
    ("HeyTapBrowser/", "oppo"),
    ("SamsungBrowser/", "samsung"),
    ("MQQBrowser/", "qq"),
    ("QQBrowser/", "qq"),
    ("UCBrowser/", "uc"),
    ("UBrowser/", "uc"),
    ("Quark/", "quark"),
    ("QIHU 360", "360"),
    ("QihooBrowser/", "360"),
    (" 360SE", "360"),
    ("MetaSr", "sogou"),
    ("Edg/", "edge"),
    ("EdgA/", "edge"),
    ("EdgiOS/", "edge"),
    ("OPR/", "opera"),
    ("Firefox/", "firefox"),
    ("FxiOS/", "firefox"),
    ("CriOS/", "chrome"),
    ("Chrome/", "chrome"),
    ("Trident/", "ie"),
    ("Safari/", "safari"),
)
_SYSTEMS = (
    ("OpenHarmony", "harmonyos"),
    ("HarmonyOS", "harmonyos"),
    ("iPhone", "iphone"),
    ("iPad", "ipad"),
    ("Android", "android"),
    ("Windows", "windows"),
    ("Mac OS X", "macos"),
    ("UOS", "uos"),
    ("Kylin", "kylin"),
    ("CrOS", "chromeos"),
    ("Linux", "linux"),
)
_NAMES = {
    "wechat": N_("WeChat"),
    "alipay": N_("Alipay"),
    "dingtalk": N_("DingTalk"),
    "huawei": N_("Huawei Browser"),
    "xiaomi": N_("Xiaomi Browser"),
    "vivo": N_("vivo Browser"),
    "oppo": N_("OPPO Browser"),
    "samsung": N_("Samsung Internet"),
    "qq": N_("QQ Browser"),
    "uc": N_("UC Browser"),
    "quark": N_("Quark"),
    "360": N_("360 Browser"),
    "sogou": N_("Sogou Browser"),
    "edge": "Edge",
    "opera": "Opera",
    "firefox": "Firefox",
    "chrome": "Chrome",
    "ie": "Internet Explorer",
    "safari": "Safari",
    "harmonyos": N_("HarmonyOS"),
    "iphone": "iPhone",
    "ipad": "iPad",
    "android": N_("Android"),
    "windows": "Windows",
    "macos": "macOS",
    "uos": N_("UnionTech OS"),
    "kylin": N_("Kylin"),
    "chromeos": "ChromeOS",
    "linux": "Linux",
}


def recognise_device(user_agent: str) -> str:
    """Return `browser/system` of a User-Agent header, with `unknown` for what it does not say."""
    text = user_agent[:_LONGEST]
    return f"{_first(_BROWSERS, text)}/{_first(_SYSTEMS, text)}"


def device_label(device: str, language: Language) -> str:
    """Return `Edge on Windows` for what `recognise_device` returned."""
    gettext = translator(language).gettext
    browser, _, system = device.partition("/")
    names = [gettext(_NAMES[part]) for part in (browser, system) if part in _NAMES]
    if browser in _NAMES and system in _NAMES:
        return gettext("%(browser)s on %(system)s") % {"browser": names[0], "system": names[1]}
    return names[0] if names else gettext(N_("Unknown device"))


def _first(known: tuple[tuple[str, str], ...], text: str) -> str:
    return next((name for sign, name in known if sign in text), _UNKNOWN)
