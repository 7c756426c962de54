"""Personal data out of residents' words before they are stored; what was asked stays readable."""

import re
import unicodedata

_LINK = re.compile(r"(?:https?://|www\.)[^\s，。！？、；“”‘’（）()<>]+", re.IGNORECASE)
_MAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,4}")
_ACCOUNT = re.compile(
    r"((?:微信号?|wx|vx|v信|qq号?|抖音号|账号|帐号|用户名|密码|口令|会议号)(?:是|为|[:：]|\s){0,3})([A-Za-z0-9_\-]{3,40})",
    re.IGNORECASE,
)
_DIGIT = r"[0-9零〇一二三四五六七八九幺]"
_RUN = re.compile(r"[0-9](?:[\s\-–—_.·•()（）]{0,2}[0-9]){3,}[xX]?")
_SPOKEN_RUN = re.compile(r"[零〇一二三四五六七八九幺0-9]{6,}")
_PUBLIC = frozenset(
    {
        "96110",
        "12381",
        "12321",
        "12377",
        "12345",
        "12315",
        "12306",
        "12366",
        "12333",
        "10086",
        "10010",
        "10000",
    }
)
_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭"
    "陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤包乌云"
)
_STOP = r"(?=[，。,.\s!！?？、；;：:]|的|在|说|是|$)"
_NAMED = re.compile(rf"((?:名字|姓名|名)(?:叫做?|是|为|[:：]))([\u4e00-\u9fff·]{{2,6}}?){_STOP}")
_CALLED = re.compile(
    rf"((?:我|他|她|本人|对方|孩子|儿子|女儿|老师|客服)叫做?|叫我|称呼我?)"
    rf"((?:小|老|阿)[{_SURNAMES}]|[{_SURNAMES}][\u4e00-\u9fff]{{1,2}}?)(?={_STOP[3:-1]}|就|吧)"
)
_SURNAME_IS = re.compile(r"((?:免贵)?姓)(?![名什啥])([\u4e00-\u9fff])(?![\u4e00-\u9fff]?名)")
_TITLED = re.compile(
    rf"(?<![\u4e00-\u9fff])([{_SURNAMES}])[\u4e00-\u9fff]{{0,2}}?"
    r"(?=先生|女士|小姐|经理|主任|警官|老师|同志|师傅|阿姨|叔叔|大爷|大妈|局长|书记|总)"
)
_ADDRESSED = re.compile(
    rf"(尊敬的|亲爱的|称呼我?|联系人[:：]?|收件人[:：]?|户名[:：]?)([{_SURNAMES}][\u4e00-\u9fff]{{1,2}})"
    r"(?=[，。,.\s!！:：]|先生|女士|$)"
)
_YEARS = re.compile(r"^(?:19|20)\d\d$")


def mask(text: str) -> str:
    """Replace phone, ID, card and code numbers, addresses of mail and accounts, what follows `?` in links, and names.

    Digits become `*` (runs of four and more, also spaced, dashed or full-width); years, sums of money and the
    public hotlines stay. Names after 姓, 叫, 名字是 and before 先生, 女士 and the like become 某.
    """
    plain = _half_width(text)
    plain = _LINK.sub(_bare_link, plain)
    plain = _MAIL.sub("***@***", plain)
    plain = _ACCOUNT.sub(r"\1***", plain)
    plain = _RUN.sub(_starred, plain)
    plain = _SPOKEN_RUN.sub("****", plain)
    return _without_names(plain)


def _half_width(text: str) -> str:
    return "".join(
        unicodedata.normalize("NFKC", character) if unicodedata.category(character) == "Nd" else character
        for character in text
    )


def _bare_link(link: re.Match[str]) -> str:
    address = re.split(r"[?#]", link[0], maxsplit=1)
    return address[0] + ("?***" if len(address) > 1 else "")


def _starred(run: re.Match[str]) -> str:
    whole = run[0]
    after = run.string[run.end() : run.end() + 2]
    digits = re.sub(r"\D", "", whole)
    if (
        whole in _PUBLIC
        or (_YEARS.match(whole) and after[:1] in tuple("年届级"))
        or _is_sum(whole, digits, after)
    ):
        return whole
    return "*" * min(len(digits), 8)


def _is_sum(whole: str, digits: str, after: str) -> bool:
    """Money is what the question is about; a number of up to seven digits before a unit of money is no code."""
    plain = whole.replace(".", "").isdigit() and len(digits) <= 7
    return plain and after[:1] in tuple("元块万美刀")


def _without_names(text: str) -> str:
    text = _NAMED.sub(r"\1某某", text)
    text = _CALLED.sub(r"\1某某", text)
    text = _SURNAME_IS.sub(r"\1某", text)
    text = _ADDRESSED.sub(r"\1某某", text)
    return _TITLED.sub("某", text)
