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
_SPOKEN_RUN = re.compile(r"[零〇一二三四五六七八九幺壹贰叁肆伍陆柒捌玖0-9]{6,}")
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
        "12123",
        "10086",
        "10010",
        "10000",
    }
)
_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭"
    "陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤包乌云"
)
_HAN = r"[\u4e00-\u9fff]"
_STOP = r"(?=[，。,.\s!！?？、；;：:]|的|在|说|是|$)"
_ENDS = f"(?:{_STOP[3:-1]}|就|吧|住|接|被)"
_MONGOL = (
    "巴特尔乌云其木格斯琴高娃日勒苏娜仁托娅图雅呼吉阿古拉额敦孟和朝鲁那萨敖乐布青达来宝音钢铁胡仓德力嘎哈旦丹贺朗赛罕"
    "尼玛扎荣桑毕楞"
)
"""Characters that Mongolian names are written with; two to seven of them after 叫 are a name."""
_NAMED = re.compile(rf"((?:名字|姓名|名)(?:叫做?|是|为|[:：]))({_HAN}{{2,6}}?){_STOP}")
_FORM = re.compile(
    rf"((?:收款人|付款人|持卡人|联系人|收件人|寄件人|申请人|机主|户主|户名|开户名|法人)(?:姓名)?(?:是|为|叫|[:：])\s?)({_HAN}{{2,6}}?){_STOP}"
)
_BARE = re.compile(
    rf"((?:本人|姓名|收款人|持卡人|联系人|收件人))((?:[{_SURNAMES}]{_HAN}{{1,2}}?|[{_MONGOL}]{{3,7}})){_STOP}"
)
_CALLED = re.compile(
    rf"((?:我|他|她|个|位|本人|对方|孩子|儿子|女儿|老师|客服)叫做?|叫我|称呼我?)\s?"
    rf"((?:小|老|阿)[{_SURNAMES}]|[{_SURNAMES}]{_HAN}{{1,2}}?|[{_MONGOL}]{{2,7}})(?={_ENDS})"
)
_KIN = re.compile(
    r"((?:儿子|女儿|老公|老婆|丈夫|妻子|妈妈?|爸爸?|父亲|母亲|哥哥?|姐姐?|弟弟?|妹妹?|闺女|姑娘|孙子|孙女|老伴|媳妇|侄子|侄女|外甥|同事|邻居|朋友|同学|室友))"
    rf"(?!高中|马上|方便|万一|白天|黄金|严重|全部|余额|金额|付首|付款|付钱|汇款)([{_SURNAMES}]{_HAN}{{2}})(?=[在接被说给去把也让，。,.\s]|$)"
)
_TITLES = (
    "先生|女士|小姐|经理|主任|警官|警员|队长|科长|所长|局长|书记|老师|同志|师傅|医生|大夫|律师|法官|阿姨|叔叔|大爷|大妈|大姐|大哥|"
    "奶奶|爷爷|老板|总(?![是共裁会])"
)
_DOUBLE = "欧阳|司马|上官|诸葛|皇甫|尉迟|慕容|令狐|夏侯|司徒|端木|呼延"
_NO_NAME = (
    "高中|高一|高二|高三|高考|高校|高级|高新|高速|高端|金融|金牌|金店|黄金|黄牛|白领|白天|白族|武警|武汉|陆军|顾客|顾问|付费|付款|包工|包头"
    "|方便|万一|马上|江苏|江西|云南|郑州|唐山|孙子|孙女|任何|任课|余额|周末|钟点|石油|石家|林业|林场|林区|汤圆|严重|全部|钱|何时|夏天|苏木|苏州|乌海|高利|罗湖|陶瓷|钟表|何必"
)
"""What people say they are that begins with a surname and is no name."""
_I_AM = re.compile(
    rf"((?:(?:我|俺|咱|本人|他|她|对方)(?:就?是|名(?:叫|是)?)|(?:爸|妈|爷|奶|哥|姐|弟|妹|公|婆|女|子|伴|师|服)叫做?|自称是?|客服是?))\s?(?!{_NO_NAME}|[{_SURNAMES}]{_HAN}{{0,2}}?(?:{_TITLES}))"
    rf"((?:{_DOUBLE}){_HAN}{{1,2}}?|[{_SURNAMES}]{_HAN}{{1,2}}?|[{_MONGOL}]{{3,7}})(?={_ENDS}|今年|电话|手机|身份证)"
)
_MY_NAME = re.compile(
    rf"((?:我|俺|本人|闺女|孙子|孙女)(?:的名字)?叫做?)\s?(?!了|过|我|他|她|你|您|车|外卖|快递|代驾|家人|孩子|儿子|女儿|朋友|同事|老|滴滴|救护|爸|妈|人|停|不|什么|啥)"
    rf"({_HAN}{{2,4}})(?=[，。,.!！;；]|\s|$)"
)
_IS_MINE = re.compile(rf"(^|[，。,\s])(?!{_NO_NAME})([{_SURNAMES}]{_HAN}{{2}})(?=是我)")
_GIVEN = re.compile(rf"(姓某(?:{_HAN}(?=[,，\s]))?[,，\s]?(?:名叫?|叫))({_HAN}{{1,3}}?){_STOP}")
_SURNAME_IS = re.compile(rf"((?:免贵)?(?<!百)姓)(?![名什啥怎的氏])({_DOUBLE}|{_HAN})(?!{_HAN}?名[字单])")
_COMMON = "(?!金融|金牌|高级|高中|高考|高端|高收益|黄金|白金|万能|方便|马上|严格|全国|江湖|万科)"
"""Words that begin with a surname and stand before a title."""
_TITLED = re.compile(rf"(?<!{_HAN}){_COMMON}([{_SURNAMES}]){_HAN}{{0,2}}?(?={_TITLES})")
_TITLED_INSIDE = re.compile(
    rf"(?<=[的是叫称个位找跟和给让被问]){_COMMON}[{_SURNAMES}](?:{_HAN}{{2}})?(?={_TITLES})"
)
_FAMILIAR = re.compile(
    r"(?<![大])((?:小|老)(?!时|程序|黄车|龙虾|钱|金库|石头))[王李张刘陈杨赵吴周徐孙朱胡郭何林罗郑梁谢宋唐许韩冯邓曹彭曾肖董袁潘蒋蔡余杜叶魏吕]"
    r"(?=说|让|叫|给我|告诉|打电话|打来|发来|加我)"
)
_ADDRESSED = re.compile(
    rf"(尊敬的|亲爱的|称呼我?|联系人[:：]?|收件人[:：]?|户名[:：]?)([{_SURNAMES}]{_HAN}{{1,2}})"
    r"(?=[，。,.\s!！:：]|先生|女士|$)"
)
_PLATE = re.compile(
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Z][·•]?[A-Z0-9]{5,6}(?![A-Za-z0-9])",
    re.I,
)
_DOOR = re.compile(r"[0-9一二三四五六七八九十]{1,4}(?=号楼|栋|幢|单元|号院)|[0-9]{3,4}(?=室)")
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]")
"""Signs without a shape: they split a number, or turn the order in which an editor reads."""
_YEARS = re.compile(r"^(?:19|20)\d\d$")


def mask(text: str) -> str:
    """Replace phone, ID, card and code numbers, addresses of mail and accounts, what follows `?` in links, and names.

    Digits become `*` (runs of four and more, also spaced, dashed or full-width); years, sums of money and the
    public hotlines stay. Names after 姓, 叫, 名字是, 收款人 and the like and before 先生, 女士, 警官 become 某; so do
    the numbers of doors and cars. Signs that nobody sees (zero width, direction) go.
    """
    plain = _half_width(_UNSEEN.sub("", text))
    plain = _LINK.sub(_bare_link, plain)
    plain = _MAIL.sub("***@***", plain)
    plain = _ACCOUNT.sub(r"\1***", plain)
    plain = _DOOR.sub("*", _PLATE.sub("***", plain))
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
    for pattern in (_NAMED, _FORM, _BARE, _CALLED, _I_AM, _MY_NAME, _IS_MINE, _KIN, _ADDRESSED):
        text = pattern.sub(r"\1某某", text)
    text = _FAMILIAR.sub(r"\1某", _SURNAME_IS.sub(r"\1某", text))
    text = _GIVEN.sub(r"\1某某", text)
    return _TITLED_INSIDE.sub("某", _TITLED.sub("某", text))
