"""Is someone losing money right now? Decides, from words alone, whether the first-minutes card must come first.

How it reads: slips of the pen are mended; what is not real is cut out (`UNREAL`: “如果被骗了”, other people's stories),
then what was not done (`UNDONE`: “还没转”, “他让我转账”). The strings of what is left have points (`WORDS`), which sum
to a leaning: a clear one decides, and in between one of the signs below must be there. Some signs count only beside a word
from the world of fraud, some not where everyday life explains them; in a lesson, a notice or a story none counts unless
the writer's own house is meant.

The tables speak of folded text: simplified characters, no spaces, `,` and `?` as the only marks.
"""

import re
from collections.abc import Iterable, Iterator
from math import sqrt
from pathlib import Path
from typing import NamedTuple

from bot.content.fold import LIMIT, fold


def _any(words: str) -> str:
    """A pattern for any of these space-separated words; a word may itself be a pattern."""
    return f"(?:{'|'.join(words.split())})"


class Sign(NamedTuple):
    """One way of saying that it happened, as alternative patterns.

    `beside`: counts only with a word of `FRAUD` in the message (“fraud”), of the wider `PLIGHT` (“plight”), or of
    `PLIGHT` unless the message says nearly nothing else (“bare”). `unless`: does not count where a word of
    `EVERYDAY` or `HOUSEHOLD` explains it, except beside a word of `TELLTALE`.
    """

    name: str
    patterns: tuple[str, ...]
    beside: str = ""
    unless: str = ""


# ---- who -------------------------------------------------------------------------------------------------------

KIN = _any(
    "妈 爸 爹 娘 额吉 母亲 父亲 爷(?<!大爷) 奶奶 姥 外公 外婆 公公 婆婆 岳父 岳母 丈人 老公 老婆 媳妇 丈夫 妻子"
    " 对象 爱人"
    " 老伴 老头 老汉 老太太 男友 女友 男朋友 女朋友 那口子 家里人 家人 我们家 我家 俺家 孩子 娃 儿子 女儿 闺女"
    " 孙子 孙女 外甥 侄 弟 妹 哥 姐 嫂 女婿 舅 姨 姑 叔"
)
OWN = f"(?:[我俺咱](?![想问看听们要□]|觉得|发现|县|村|镇)|本人|自己|{KIN})"
OTHERS = _any(
    "听说 听隔 新闻 电视 广播 报道 抖音上 抖音刷 朋友圈都 朋友圈有人 看到有 看到一个 邻居 邻村 同事 隔壁 同村"
    " 朋友说 同学说"
    " 室友 我们[厂村班校队群]里?有 网上说有 同学的 朋友的 微博 明星 班有 校有 有同学 同学被 大学生"
    " 老太太(?<!里老太太) 阿姨 大婶 大爷 大妈 [张王李赵刘陈杨]婶 老[张王李赵刘陈杨]"
    " 那个[男女]?人 谁家 全县 我县 我镇 我市 我村 我们村 我们单位 他们单位 别的单位 人家单位 咱们?县 女士 先生 居民"
    " 村民 群众 某 哪些人 (?<![所没])有的?人(?!说|让|叫|要|给|拿|用|打|加|冒充|通过|带|骗|在|逼|威胁|发)"
)
TO = _any("一个 陌生 他 她 人家 别人 对方 那边 客服 骗子 打电话的 过去 出去 走 了 完")

# ---- what ------------------------------------------------------------------------------------------------------

_FIGURE = "[0-9一二两三四五六七八九十百几半][0-9一二两三四五六七八九十百千万几半.来多余好]*"
_UNIT = "(?:块|元|毛|w|k|美元|美金)"
SUM = f"{_FIGURE}(?:{_UNIT}|张|笔|根|单)?"
CASH = f"(?:{_FIGURE}(?:{_UNIT}|(?<=[万千百])|(?<=[万千百][多余来]))|[0-9]{{3,}}(?!小时))"
MONEY = f"(?:{SUM}|钱(?!包)|[款费金税]|积蓄|存款|红包|卡密|购物卡|礼品卡|点卡|存折)"
SEND = (
    "(?:(?<!转)转(?!人工|给大家|给亲戚|给家人|给朋友|给你们|给各位|给群|到下|到第|到公安|到派出所|到别|到医院|到学"
    "|[接院学正户发告移让向弯机车眼身行型载播码盘折变动圈下述业专转村])(?:账|钱|款)?)"
)
PAY_BY_PHONE = "(?:(?<![支后预])付(?![费出])|支付(?![宝密方功码里]))"
PAY_LOADED = _any(  # verbs of paying that mean something else in this company
    "打(?!了?流水|了[一两几半]个?(?:小时|天|上午|下午)|卡|[针工球牌车开包印字折断扰的听扫架狗雷雪水饭菜草]|电话"
    "|游戏|招呼|官司|疫苗|预防|狂犬|不) (?<![外换词])汇(?![报总率合聚]) 垫(?!子) 投(?![诉票稿屏影递保篮喂胎放]|简历)"
    " 充(?![电满分足气]) 存(?![在证折]) 交(?![通往流接班警叉代易友]|材料|作业|卷|表|手续|完?罚款)"
)
PAY_SURE = (
    f"(?:{SEND}|(?<![外换词])汇(?![报总率合聚])款?|{PAY_BY_PHONE}(?:款|钱)?|打款|打钱|垫付?|垫钱|入金|给钱|交钱"
    "|投钱|充钱|充值(?!卡)|退给[他她对客私个])"
)
PAY = f"(?:{SEND}|{PAY_BY_PHONE}|入金|退给|[砸搭掏扔塞捐]|{PAY_LOADED})"
SPEND = "[给借取扫刷发花买送补贷做压拿挪凑缴寄邮押赔入放]"
DONE = "(?:了|过去|出去|进去|完|走(?!审|流程|账)|掉|光|(?<![以之])后(?=被|就|人|对方|不))"
RECENT = _any("已经? 刚刚? 刚才 前后 一共 总共 前面 前头 又")
KEYS = _any(
    "验证码 校验码 动态码 动态密码 短信里?的?(?:数字|内容|号码|码) [6六]位数 [6六]个数 一串数字"
    " (?<![取件二维条扫编号邀请款尺页源代数])码(?![头数]) 密码 口令 卡号 安全码 后三位 三个数 有效期 正反面 卡上 u盾"
    " 收款码 付款码 卡密 刮开 卡(?=[和跟都也])"
)
PAPERS = _any("人脸 银行卡 信用卡 电话卡 手机卡 身份证 储蓄卡 存折")
TELL = _any("告诉 告知 问去 问走 说 念 报 读 拍 填 输 发 给 交 寄 邮 透露 提供 套走 拿走 骗走 要走 租")
CHEAT = _any("骗(?<!防骗)(?<!防诈骗) 敲诈 诓 哄走 卷走 卷跑 套路了 套走 整走 弄走 搞走 掏空")
TRICK = _any("坑 忽悠 哄 讹 耍 蒙 糊弄")
SHAME = _any("录屏 丑照 截图 视频 照片 裸照 不雅照 私密照 隐私 录像 聊天记录 通讯录")
PRESS = _any("威胁 敲诈 勒索 要挟 恐吓")

# ---- not real, or not done: cut out before looking ---------------------------------------------------------------

UNREAL = (
    "(?:如果|假如|假设|万一|要是|倘若|若是|一旦)(?!不)[^,?]*",
    "要不是[^,?]*",
    "(?:怎么|如何|怎样|咋|才能)[^,?]{0,8}(?:防|避免|识别|识破|不被|不会被|不上)[^,?]*",
    "[还就才不]?会(?:不会)?被骗[^,?]*",
    "被骗的(?:主要)?(?:人|都|案例|故事|原因)",
    "被骗后(?:能不能|应|三|多久|的)",
    "(?<![给是被])骗子[^,?]{0,4}(?:能|会|可以|怎么)[^,?]*",
    "(?:以前|去年|[前三两几]年前?|曾经|小时候|上学时|年轻时|那年|早年|往年|自己也)[^,?]{0,8}(?:骗|勒索|敲诈)过?",
    "被骗过|可能(?:是)?被骗|收了人家[^,?]*",
    "被你骗|骗你|骗我们|骗不了|骗人(?![民钱家])|愚人节|哈哈|又上当了?[,?]",
    "(?:天气|预报|老板|标题|封面|广告|滤镜|电影)[^,?]{0,4}骗",
    f"[被让给][^,?]{{0,4}}(?:{KIN}|同学|朋友)骗(?![了去]?(?:{CASH}|钱|走))[了去]?",
    "(?:差点|差一点|差一步|险些|幸好|幸亏|还好|好在|多亏|亏得|不然(?![对就把])|否则(?![对就把])"
    "|要不(?![要是回到]))(?![只才])[^,?]*",
    "(?:前夫|前妻|邻居|老板|房东|物业|亲戚|领导|债主|同学|室友|老师|公司|前女友|前男友|村长|司机)"
    "[^,?]{0,4}(?:威胁|恐吓)[^,?]*",
    "[给往向][我俺](?:的?卡里?)?[^,?]{0,3}[转打汇付存][^,?]*",  # money that came in
    "(?<![没不])[转打汇]给[我俺]|返了?[我俺][^,?]*|[说误][^,?]{0,3}[转打]错[^,?]*",
    f"[钱款][全都]*给[我俺]?{KIN}[^,?]*",
    "[发报交]给(?:你们|民警|派出所)[^,?]*",
    "(?<![把将给])我(?:就|也|已经?|直接|马上)?(?:把[^,?我]{1,5})?拉黑了?",
    "(?:怎么判断|如何判断|怎么知道|哪些|哪种|什么样|容易|公安会|警察会|银行会|主要原因)[^,?]*",
    "(?:他|骗子|别人|对方)们?能[^,?]*吗",
    f"{OTHERS}[^,?我俺咱]{{0,24}}(?:被|遭|骗|转|打|汇|上当|中招|告诉)[^,?]*",
)
UNREAL_CLAUSES = (  # whole clauses, judged by what they hold
    "[^,?了已刚]*(?:安全吗|风险|危险|会怎么?样|犯法吗|违法吗|行不行|行吗|可以吗|要紧吗)",
    "[^,?了我]*(?:多久|多长时间|几天)[^,?]*",
    "[^,?]*(?<!说)的话(?=[,?应该怎要能])[^,?]*",
)
_NEVER = _any("没有? 忘记?了? 未 不 别 勿 莫 拒绝")
_YET = r"(?:[有再去敢真想要能会可]|来得及|打算|往里|[给跟向](?:他们?|她|对方|人家|骗子)|把.{1,4}){0,2}"
_UNFINISHED = r"(?![^,?]{0,6}(?:了|走|过去|光|完))"
UNDONE = (
    f"{_NEVER}{_YET}(?:{PAY_SURE}|[打交给说点填扫投充信]|告诉|同意|上当|被骗|受骗|中招)[过成账钱]?(?:了(?!{SUM}))?",
    f"(?:让|叫|要求?|喊|催|劝|使|请|引导|诱导)(?:[我俺咱他她你]|大家|{KIN})[^,?了]{{0,8}}?"
    f"(?:{PAY}|{SPEND}|共享|告诉|提供|下载){_UNFINISHED}[^,?]{{0,6}}",
    "(?:要不要|该不该|能不能|可不可以|用不用|准备|打算|考虑|犹豫|想要?|是否|应该|必须|需要|得先|要先|先|再)"
    f"[^,?了]{{0,6}}(?:{PAY}|{SPEND}|[说点填]|告诉){_UNFINISHED}",
)

# ---- how it sounds when it did happen ------------------------------------------------------------------------------

THREATS = (
    Sign(
        "pay or else",
        (
            "(?<!要)[不没]再?[给转打交汇付还](?:账|钱|款)?[^,?]{0,6}?[,?]?[^,?]{0,6}?(?:[就便把]|现在|马上)"
            "[^,?]{0,8}(?:发|曝|公开|爆|弄|砍|撕|抓|伤害|下手|砸|去我|到我|找我|上门|告诉|闹)",
        ),
    ),
    Sign(
        "pay in time",
        (
            "点前不给|小时内不|分钟内[打转给汇付]|打断",
            "(?:发给|群发|曝光|告诉)[^,?]{0,14},?除非",
            "除非[^,?]{0,4}[0-9一二三四五六七八九十两]",
            "(?:找人|叫人)[^,?]{0,4}[打弄砍]我|(?:不然|否则)[^,?]{0,6}(?:下手|伤害|弄死)",
        ),
    ),
    Sign("blackmail", (f"{PRESS}[^,?]{{0,6}}(?:[我俺]|{KIN})", f"[被遭让][^,?]{{0,8}}{PRESS}")),
    Sign(
        "shamed",
        (
            f"{SHAME}[^,?]{{0,8}}(?:逼|{PRESS}|要钱|要我)|{SHAME},[^,?]{{0,3}}要钱",
            f"{SHAME}[^?]{{0,4}}[要让逼]我?[汇转打付给]",
            f"{SHAME}[^,?]{{0,3}}被[^,?]{{0,4}}发给我",
            f"(?:要把?|说)[^,?]{{0,8}}{SHAME}[^,?]{{0,4}}发给",
            f"[有拿着][^,?]{{0,4}}{SHAME}[^?]{{0,5}}(?:要|打|给|转)[^,?]{{0,5}}(?:{CASH}|钱)",
            f"{SHAME}[^?]{{0,4}}(?:说要?|扬言|要)[^,?]{{0,4}}(?:群发|曝光|公开|发到|传到)",
            "裸聊[^,?]{0,4}(?:被录|了)|封口费|平安费|保护费|(?:p|合成)[^,?]{0,4}裸照|敲[我他]?竹杠|仙人跳"
            "|录了?屏[^?]{0,20}要钱|我脱了",
            "录[屏下]?[来了][^?]{0,4}要|删[我的]*(?:视频|照片)|[也还]不肯?删",
            "视频[^?]{0,12}要我[掏给转打付]|恐吓信",
            "照片发给我(?:同学|家|妈|爸|单位|老)",
        ),
    ),
    Sign("forced", ("逼着?[我俺][^,?]{0,4}[给转打付交还]",)),
    Sign(
        "hostage",
        (
            "绑架了|被绑|绑走|赎人|赎金|撕票|不[准许]报警|不让[我俺]?挂(?:电话|断|机)",
            f"{KIN}[^,?]{{0,4}}在(?:他|她|我|对方)们?手[上里]",
            "要[^,?]{1,6}才让[^,?]{0,4}走",
        ),
    ),
    Sign(
        "locked",
        (
            f"(?:手机|电脑|账号|文件)[^?]{{0,14}}(?:锁|加密|勒索)[^?]{{0,10}}(?:要钱|要我|给钱|交钱|要{CASH}"
            f"|{CASH}才)",
            f"问我要(?:钱|{CASH})|要我给(?:钱|{CASH})",
        ),
    ),
)
STUCK = (
    Sign(
        "cannot take it out",
        (
            "[提取出退拿]不[了出到][来现金]?",
            "(?<!能)[不没][给让能准肯][我俺]?[提取]",
            "提[现款][^,?]{0,6}(?:不了|不出|失败|驳回|没批|不批)",
            "(?:货款|利润|佣金|本金|收益|奖金)[^,?]{0,4}[提取]不",
        ),
        beside="plight",
        unless="everyday",
    ),
    Sign(
        "gone with the money",
        (
            "要不回来|联系不[上到]|回不来|血本无归|打水漂|跑路|失联|不[给让]退|(?:本金|押金|保证金)[^,?]{0,4}不退",
            "收[完了](?:款|钱)[^?]{0,6}[删拉跑]|[寄发]来一?[包块个堆](?:面粉|砖|肥皂|石头|废纸|塑料|空盒)"
            f"|[亏赔]了?{CASH}|输(?:进去|掉|光|了){CASH}|收了?[我俺]?[^,?]{{0,3}}钱",
            "(?:平台|app|网站)[^,?]{0,4}(?:打不开|登不上|关了)[^?]{0,8}(?:钱|万|块|亏|本)",
        ),
        beside="fraud",
        unless="everyday",
    ),
    Sign(
        "money inside",
        (
            f"(?:钱|{CASH}|本金)[^,?]{{0,4}}(?:在里[头面]|卡着|卡住|冻着|锁着|出不来)|里[头面]还有{CASH}",
            "群跑了|平台跑了|(?:登不上|打不开|登录不了|进不去)[^?]{0,8}里[头面]还?有|(?:充值|投|充了"
            "|入金)[^?]{0,10}(?:登录不上|登不上|打不开|进不去)",
        ),
    ),
    Sign(
        "paid in vain", ("[交付给转打充缴][了完][^,?]{0,6}[还也又](?:不|没|要|让|说|得)",), unless="everyday"
    ),
    Sign("next instalment", ("第[二三四五2-5]笔|(?:接着|继续)[转打充投]",)),
)
PAID = (
    Sign(
        "paid",
        (
            f"{PAY_SURE}{DONE}",
            f"{PAY_SURE}(?!的时|的话)[^,?时被限错慢]{{1,12}}?{DONE}",
            f"{PAY_SURE}给?骗子|[打转汇存]进骗子|(?<![能多限笔])(?<!最高){PAY_SURE}[^,?]{{0,4}}{CASH}",
            f"{RECENT}[^,?]{{0,10}}?{PAY_SURE}|{RECENT}[^,?]{{0,4}}[转打付充]过",
            "(?:昨|今|前|刚|早|晚|上午|下午|中午|半夜)[天上才]?[^,?]{0,4}[转打汇付]的",
        ),
        beside="bare",
        unless="everyday",
    ),
    Sign(
        "paid, in short",
        (
            "(?:已经?|都|刚|我)[打转付汇交充投扫]了(?=[,?]|$)|[钱款金费][^,?]{0,4}给了",
            "刚[^,?]{0,2}[打转汇付](?:出去|过去|完|走)|[打转付汇](?:过去|出去)(?=[了就,?]|$)",
            f"[打转付汇充交给投]完了?[才就发]|^[^,?]{{0,3}}[给交打]了{CASH}",
        ),
        beside="bare",
        unless="everyday",
    ),
    Sign(
        "paid a sum",
        (
            f"{PAY}[^,?]{{0,6}}?{DONE}[^,?]{{0,8}}?{CASH}",
            f"{CASH}[^,?]{{0,10}}?{PAY}[^,?]{{0,6}}?{DONE}",
            f"{RECENT}[^,?]{{0,8}}?{PAY}[^,?]{{0,4}}?{CASH}",
        ),
        beside="bare",
        unless="everyday",
    ),
    Sign(
        "paid money",
        (
            f"{PAY}[^,?]{{0,6}}?{DONE}[^,?]{{0,8}}?{MONEY}",
            f"{MONEY}[^,?]{{0,10}}?{PAY}[^,?]{{0,6}}?{DONE}",
            f"{RECENT}[^,?]{{0,8}}?{PAY}[^,?]{{0,4}}?{MONEY}",
            f"把[^,?]{{1,16}}{PAY}[^,?]{{0,12}}?了",
        ),
        beside="plight",
        unless="everyday",
    ),
    Sign(
        "spent money",
        (
            f"{SPEND}[^,?]{{0,6}}?{DONE}[^,?]{{0,8}}?{MONEY}",
            f"{MONEY}[^,?]{{0,10}}?{SPEND}[^,?]{{0,6}}?{DONE}",
            f"{RECENT}[^,?]{{0,8}}?{SPEND}[^,?]{{0,4}}?{MONEY}",
            f"[把将][^,?]{{1,16}}{SPEND}[^,?]{{0,12}}?了",
            f"{PAY}[给了][^,?]{{1,6}}{CASH}|[交汇寄送递]给[^,?]{{1,10}}了|[我也都]给了(?=[,?]|$)",
            "(?:到现在|至今|一直|也)[^,?]{0,3}[没不][退还](?!款)",
        ),
        beside="fraud",
        unless="everyday",
    ),
    Sign(
        "money left",
        (
            "[压砸投押]在?(?:里头|里面|进去)了|[全都]进去了",
            f"{MONEY}[都也全]?(?:给)?(?:过去|出去|进去)了",
            "(?:[钱款金费]|积蓄)[^,?]{0,4}[全都][^,?]{0,2}给[^,?]{1,12}了",
            "给[^,?]{0,3}骗子[^,?]{0,5}[寄打转汇送付交念发扫报]",
            "钱还?在(?:他|她|人家|对方|骗子|平台)们?[那手里]",
        ),
        unless="everyday",
    ),
    Sign(
        "sent as told",
        (
            f"把{CASH}[转还打汇存][到给][^,?]{{0,3}}(?:他|她|对方|人家|客服|那|指定|平台)",
            f"现金[^,?]{{0,3}}[交递寄][给到](?!银行|[我俺]?{KIN})[^,?]{{1,14}}了",
            "转到[^,?]{0,3}(?:另一个|另外|指定|他们|对方|安全)[^,?]{0,4}账户",
        ),
    ),
    Sign(
        "stop it",
        (
            "[帮求快][^,?]{0,10}(?:拦截|拦下|拦住|止付)",
            "(?:怎么才能|还能|能不能)[^,?]{0,8}(?:止付|拦下|拦住|拦截)",
            "钱[^,?]{0,4}冻[住结]|[能还]追(?:吗|得?回|上)|(?:撤回|撤销|停)[^?]{0,8}骗",
        ),
        unless="everyday",
    ),
    Sign(
        "taken",
        (
            f"[取拿收骗卷划扣要讹][走了]+[我俺]?[^,?]{{0,6}}{MONEY}",
            f"{MONEY}[^,?]{{0,8}}[取拿收骗卷划]走",
        ),
        beside="plight",
        unless="everyday",
    ),
    Sign(
        "taken from me",
        (
            "[骗收讹坑]了[我俺][^,?]{0,6}费",
            f"[骗卷划扣收讹坑刷][走了]+[我俺][^,?]{{0,4}}{CASH}",
            f"[骗卷划讹转]走[了我俺]*{CASH}",
        ),
        unless="everyday",
    ),
    Sign(
        "complied",
        (
            "我[也就都]?[邮寄做弄填扫念说点读报按开]了(?=[,?]|$)|[借凑贷][^,?]{0,4}[充转打付交]了|刷完流水",
            "照[做办]了|照[他她人对客][^,?]{0,12}了|照(?:着|指示|电话)[^,?]{0,12}[了走完]|听了他的",
            "按(?:电话|[他她对人客骗那])[^,?]{0,10}[了完]|(?:指导|指挥)下",
        ),
    ),
    Sign(
        "goods gone",
        (
            "收到?[^,?]{0,3}假(?:转账|截图|付款)|截图[^?]{0,4}发货|发货[^?]{0,8}没到账",
            "(?:假转账|假截图|是假|没到账?)[^?]{0,12}[拉牵提发拿]走",
            "[拉牵提发拿]走[^?]{0,8}(?:是假|没到|找不到)",
        ),
    ),
    Sign("blocked after", ("[付转打买交金][^?]{0,16}拉黑",), unless="everyday"),
)
PAYING = (
    Sign(
        "paying",
        (
            "(?:正|这就|现在就?|非要|不停|一直|马上|天天|还要往|老往|在(?=[给往帮向转打汇付操]|银行|柜台|手机"
            "|充))[^,?]{0,10}?"
            f"{PAY_SURE}(?!完|之前|前)",
        ),
        unless="everyday",
    ),
    Sign(
        "on the line",
        ("(?:正|还|在)在?[和跟与](?:骗子|假|客服|警察|他|她|对方)[^,?]{0,4}(?:通话|视频|打电话|说话|聊|连)",),
    ),
    Sign(
        "confirming",
        (
            "(?:马上|正要|就要|就差)[^,?]{0,8}(?:点确认|确认|输密码)|正在?操作|在操作(?:手机|网银|银行|转账)"
            "|让我按[^,?]{0,4}数字",
            "(?:柜台|银行|提款机|取款机|atm)[^?]{0,12}(?:教我|指挥我|催我)",
        ),
    ),
    Sign(
        "fetching cash",
        (
            "正?在[^,?]{0,8}(?:取钱|取现|买黄金|取定期|取款)",
            "[在去跑][^,?]{0,4}(?:银行|储蓄所|柜台|信用社)[^,?]{0,8}[取汇转打]",
        ),
        beside="plight",
        unless="everyday",
    ),
)
GAVE = (
    Sign(
        "key in their hands",
        (
            f"[拿套骗]到了?[我俺][^,?]{{0,4}}(?:{KEYS}|{PAPERS})",
            "(?:骗子|对方|他|她|人家)知道了?[我俺]?[^,?]{0,4}(?:密码|验证码|卡号)",
        ),
    ),
    Sign(
        "key told",
        (
            f"{KEYS}[^,?]{{0,10}}?{TELL}(?!了?给?[我俺]?{KIN})[^,?]{{0,6}}?{TO}",
            f"{KEYS}[^?]{{0,12}}(?:告诉|[报念说发交]给)(?:他|她|人家|对方|客服|骗子)[^,?]{{0,6}}了",
            f"{TELL}了?[^,?]{{0,8}}?{KEYS}[^,?]{{0,6}}?(?<!收不到)了",
            f"{TELL}了[^,?]{{0,10}}{KEYS}|{RECENT}[^,?]{{0,8}}{TELL}[^,?]{{0,8}}{KEYS}",
            "短信[^,?]{0,6}(?:转发|复制|发)给了?(?:他|她|人家|对方|客服)",
        ),
        unless="household",
    ),
    Sign(
        "gave a card",
        (
            f"{PAPERS}[^,?]{{0,10}}?(?:{TELL}|借)[^,?]{{0,10}}?{TO}|{PAPERS}[^,?]{{0,8}}[借租卖]给",
            f"(?:{TELL}|借)了?[^,?]{{0,8}}?{PAPERS}[^,?]{{0,6}}?了",
        ),
        beside="fraud",
        unless="everyday",
    ),
    Sign(
        "installed",
        (
            "通讯录[^,?]{0,4}(?:[读拿盗导偷]走|被)|[下装]了(?:他|她|对方|人家)[^,?]{0,6}(?:软件|app)",
            "开通?了[^,?]{0,4}(?:免密|亲密付|代扣)|给(?:他|她|对方|人家)开[^,?]{0,3}(?:免密|亲密付)|(?:免密"
            "|亲密付|代扣)[^,?]{0,4}开了",
        ),
    ),
    Sign(
        "face shown",
        (
            "[刷扫做录采][了完][^,?]{0,4}(?:人?脸|面部)|人?脸[^,?]{0,6}[刷扫做录][^,?]{0,3}[了走]",
            "张嘴摇头|眨眼",
        ),
        unless="everyday",
    ),
    Sign(
        "screen shared",
        (
            "(?:共享|投屏)[^,?]{0,6}[了着呢半忘过]",
            "(?:开|打开|点)[了着][^,?]{0,4}(?:共享|屏幕)|屏幕[^,?]{0,6}给他看",
        ),
        unless="everyday",
    ),
    Sign(
        "control lost",
        (
            "(?:手机|电脑|屏幕|鼠标)[^,?]{0,6}(?:被[^,?]{0,3}(?:控制|操控|远程)|自己[^,?]{0,3}(?:动|打开|操作"
            "|转|点))",
            "黑屏[^?]{0,8}(?:转账|扣|钱)|控制[了着]?我的?(?:手机|电脑)|连着我[^,?]{0,3}手机",
            "远程(?!给|帮)[^,?]{0,4}(?:我|了|进来|进去|操作)|(?:他|被|对方|有人|骗子)[^,?]{0,6}远程",
            "看[到见得了]+我[^,?]{0,3}(?:手机|屏幕)|看着我[^,?]{0,4}(?:打开|操作|输|登)",
        ),
        unless="everyday",
    ),
    Sign(
        "used as a mule",
        (
            "帮(?:别人|人|他|朋友)[^,?]{0,3}(?:刷流水|走账|跑分|取钱|取现|转账)[^?]{0,10}(?:怎么办|害怕|找我|冻|了)",
            "[卖租借]了[^,?]{0,6}(?:电话卡|银行卡|手机卡)",
        ),
    ),
    Sign("name used", ("[用拿]我的?(?:脸|身份证?|名字?|信息|卡|号)[^,?]{0,6}[贷借买刷办骗]",)),
    Sign(
        "account lent",
        (
            "被(?:他|她|人|对方|骗子|别人)[^,?]{0,3}登[录上]",
            f"{PAPERS}[^,?]{{0,4}}[交寄借租]给?(?:他|她|人家|对方|别人)",
            "给(?:他|她|人家|对方|别人)[^,?]{0,4}登录?了",
        ),
    ),
    Sign(
        "card tapped",
        ("卡[^,?]{0,6}[贴碰靠][^,?]{0,5}手机|手机[^,?]{0,5}[贴碰靠][^,?]{0,5}卡",),
        beside="plight",
    ),
    Sign(
        "form filled",
        (
            "(?:链接|网址|网页|短信|码|软件|app)[^?]{0,12}(?<!要)(?:填(?!不)|输(?![错不]))[^,?]{0,8}(?:了|进去"
            "|过|上去)",
            "填[完了][^?]{0,8}扣|输[了完]?[^,?]{0,4}密码[^,?]{0,4}[后才]",
        ),
    ),
)
DRAINED = (
    Sign(
        "account emptied",
        (
            "(?:卡|账户|余额|存款|钱|微信|支付宝|花呗|借呗|里面?|网银)[^?]{0,8}?(?:转空|只剩|转光|取光|取空"
            "|[刷划盗套转取]走|盗刷|被(?:[刷套划]|盗(?!用)))",
            "盗刷|钱在少|往外走|刷爆|不翼而飞|(?:卡|账户)[^,?]{0,4}没钱了",
            "(?:卡|账户|余额|存款|钱(?!包)|支付宝|微信)[^?]{0,8}?(?:被扣|扣走)",
        ),
        unless="everyday",
    ),
    Sign(
        "money missing",
        (
            "(?:卡|账户|余额|存款|钱(?!包)|积蓄|学费)[^,?]{0,8}?(?:没有?了(?!吗|[^,?]*发)|不见了|空了|清零了|归零了)",
            f"{CASH}[^,?]{{0,5}}没有?了|亏了{CASH}[^?]*平台",
            "^全?都?没了|全没了|一分[都也]?没剩",
        ),
    ),
    Sign("money short", (f"少了{CASH}", "(?:卡|账户|余额|钱(?!包))[^,?]{0,6}少了"), unless="everyday"),
    Sign(
        "charged unawares",
        (
            "(?:不停|一直)地?[^,?]{0,4}扣|还在[扣转刷]|我人在家|短信[说显示]{0,2}支出|贴[完了]卡",
            "(?:好多|莫名其妙|不是我|我没)[^,?]{0,4}(?:扣|刷|操作|转|消费)",
        ),
        unless="household",
    ),
    Sign("charged", (f"[扣刷]了[^,?]{{0,4}}{CASH}",), beside="plight", unless="everyday"),
)
CHEATED = (
    Sign(
        "cheated",
        (
            f"[被遭遇叫让给][^,?]{{0,8}}?(?:{CHEAT}(?![局术子])|编了{CASH})",
            "受骗|上了?当(?!了?吧)|中了?[他她这此]?[们个]?的?[招套](?![商呼待餐工生])|着了[^,?]{0,3}道|杀猪盘",
            f"骗走|骗[了光][我俺]|骗[我俺][^,?]{{0,4}}(?:{MONEY}|打赏|转|投|付|充|交|借)|损失了?{CASH}",
            "发现是(?:诈骗|骗局|骗子|假的)[^?]{0,4}(?:怎么办|咋办)|[碰遇][到上]骗子了(?=[,?]|$)"
            "|[被让给]骗子[^,?]{0,4}[拿套弄用]",
        ),
    ),
    Sign(
        "tricked",
        (
            f"[被遭叫让给][^,?]{{0,6}}?{TRICK}[^?]{{0,6}}(?:{CASH}|钱)",
            f"{CASH}[^,?]{{0,6}}[被遭叫让给][^,?]{{0,4}}{TRICK}",
        ),
        unless="everyday",
    ),
)

# ---- words that tell fraud from everyday life ------------------------------------------------------------------------

_TELLTALE_WORDS = (
    "骗子 诈骗 被骗 骗我 骗走 骗去 骗光 上当 套路 杀猪 拉黑 删了?我 把我删 冒充 劝都不 怎么劝 不听劝 按电话 电话停"
    " 联系不 失联 关机 空号 不接 打不通 不回 不理 没人理 影子 没下文 没动静 没音 没消息 没影 没见着 人去楼空"
    " 查无 解散 人都退了 踢"
    " 下线 消失 失踪 跑了 跑路 人没了 人不见 人找不 公司没 找不[到着](?:人|他|她|了|$) 假[的是冒客转供警老商]"
    " 是假 骗局 不存在"
    " 不是本人 不是[她他] 被盗 安全账户 解冻 保证金 诚意金 认证金 验证金 备用金 流水 卡单 连单 组合单 派单 刷单 任务"
    " 点赞 返利 返现 返佣 通缉 洗钱 虚拟币 数字货币 炒外汇 入金 赌博 赌球 中奖 抽中 征信 百万保障 校园贷"
    " 注销花呗 追回"
    " 追损 止付 反应过来 才知道 才发现 才明白 感觉不对 觉得不对 不对劲 陌生 不认识 首长 检察 公安 警察 网警 没这事"
    " 根本没 理赔 客服[让说叫] 私人账户 个人账户 他的账户 跟着?[老导]师 平台也?打不开 提不[出了] 人取走 注销了"
    " 网上认识"
    " 没见过面 怎么办怎么办 救命 急急 出去了 后悔 投资 裸 私密 爆仓 大师 神医 黄牛"
    " 已经给[他她][^,?]{0,3}[转打汇付] 刚给[他她][^,?]{0,3}[转打汇付] 网上赌 网赌 退群 没人接 劝不 是空的"
    " 给对方[^,?]{0,3}[转打汇付] 那个电话 电话要我 电话让我 让我先 让先 穿[^,?]{1,4}的 被转走 骗人的 没这个"
    " 装死 老板不见了 团长不见了 商家不见了 蒸发 先垫 打扮的"
    " 工作没 车没有 货没有 货没来 房没有 票没来(?<!发票没来) 东西没 厂子?没"
)
_FRAUD_WORDS = (
    f"{_TELLTALE_WORDS} 骗 客服 提现 提款 提不 不[给让]提 取不 拿不 出不来 平台 导师 群里 理财群 理财平台 网友"
    " 网恋 网贷"
    " 额度 激活 对方 人家 他们 那人 那个[男女人] 给人 主播 助理 个税 个人税 账户 资金 撤回 拦 冻结 他说 她说"
    " 按他 佣金"
    " 工本费 会员费 会费 解冻金 卡号 来取 来拿 来我?家 上门 电话里 养老公寓 养老项目 保健品 收藏品 皮肤 卡密 礼品卡"
    " 充值卡 购物卡 点卡 金条 黄金 货没 没发货 人没 还[要让] 还差[0-9一二三四五六七八九十两最] 又[要让] 他们?[让叫]我"
    " 她们?[让叫]我 说我 第[一二三四五两]+单 前[一二三四五两]+单 返了 没见 没到 没号 没票 低价 折扣 慢充 越"
    " 接[了到][^,?]{0,4}电话 被抓 罚款 当兵 车祸 手术费 取保 贷款公司 专员 拉我 带我 跟投 信了他 信他 走账 跑分"
    " 给[^,?]{1,8}的[打转汇付交]"
)
TELLTALE = _any(_TELLTALE_WORDS)
FRAUD = _any(_FRAUD_WORDS)
PLIGHT = _any(
    f"{_FRAUD_WORDS} 网上 领导 老板 老师 自称 假扮 叫我 让我 服务费 预付 催 没人管 没人接 搬走 不发 没放 看到提醒"
    " 看见你们 来得及 分钟 停住 联[络系]不 信了 老往 打电话说 电话说 义诊 被黑 新账号 收款账号 当场 代[买付]"
    " 借钱 手续费"
    " 税 报警 报案 怎么办 咋办 咋整 咋弄 咋搞 救 完了 app 软件 操作 追 群 求助 误点 傻 糟 惨"
)
EVERYDAY = _any(
    "房东 房租 房款 首付 房贷 开发商 物业 装修 木匠 工资 公司扣 老板扣 单位扣 学费 校服 班费 班主任 食堂 上课"
    " 网课 驾校 话费 宽带 月租 电费 水费"
    " 水电 水卡 油卡 燃气 暖气 充电 充上 社保 医保 公积金 低保 补贴 养老金 养老认证 生活费 还贷 车贷 车险 保险"
    " 货款 商家(?!会员) 卖家"
    " 发货 收货 送货 退货 退款 能退吗 申请退 买重 发票 供应商 报销 奖金 快递丢 快递坏 快递费 快递到 快递弄 取件"
    " 利息 花呗"
    " 借呗 白条 月付 分期 尾款 信用卡 还款 年费 零钱 余额宝 基金 股票 炒股(?!群) 定期 换汇 限额 跨行 大额 转错"
    " 备注 打印"
    " 柜台取 开卡 缴费 彩礼 份子 随礼 红包给 订婚 酒席 4s店 请客 饭钱 欠我 借我 借条 起诉 合伙人 前夫 前妻 小偷"
    " 肇事 违章"
    " 中介收 中介费 饭店 饭馆 酒店 美容院 理发店 健身房 会员卡 商场 超市 工会 福利 买菜 旅游 导游 修车 高铁"
    " 电影票 打麻将 打牌"
    " 抓娃娃 师傅 兽医 疫苗 打了[一两三几]?针 体检 住院 饭卡 挂号 药费 医药费 复印件 村会计 派出所让 采集 打卡"
    " 考勤 保姆 门锁 wifi"
    " 收不到 忘了密码 密码忘 改密 怎么改 输错[三几两3] 刮花 多收 多扣[了我] 投屏卡 ppt 报表 给同事 当场提 婚车"
    " 网管 讲方案 捐 红十字"
    f" (?:{CASH}|钱)给[我俺咱]?[大小老]?{KIN} 给[我俺咱]?(?:外地)?(?:读书|上学"
    f"|上大学)?的?{KIN}[^,?]{{0,6}}[转打汇寄买]"
)
HOUSEHOLD = _any(
    "师傅 快递员 给朋友 告诉老师 同事 开锁 开门 门锁 学校系统 登录密码 保姆 wifi 取件 客人 收不到 忘了 改密"
    " 会议号 村会计 充电"
    " 刮花 输错"
)
LESSON = _any(
    "题(?<!问题) 考试 填空 作业 问卷 作文 论文 考法律 法律怎么 规定 通报 坐牢 判刑 概率 班会 宣传 顺口溜 学习"
    " 案例 手法 说法 知识 竞赛 心理"
    " 为什么 什么是 怎么回事 什么意思 真实 哪种 多少案 能立案 数额 判几年 骗子真 骗子怎么"
    " 骗子的钱(?<!给骗子的钱) 骗子的套路 骗子的话"
    " 骗子的手段 骗子一般 三步 凡是 海报 讲座 讲了 讲讲 讲课 标准 看了你们的 你们发的 志愿"
)
NOTICE = _any(
    r"尾号\d 余额\d 请勿 尊敬的 您[已的尾] 警方提示 引以为戒 请大家 大家要 提醒 近[日期] 取件码 感谢使用"
    r" 验证码[是为]\d"
    " 通知 转发(?!给) 扩散 警惕"
)
SETTLED = _any(
    "(?<![能没么何])[追退要拿找还]回?来了(?!吗) 已?[退还]给我了 拦[住下]了 拦着 没转成 没上当 没被骗 锦旗 案子破了"
    " 你们帮我追回 怎么教 核实了 取消了转账 转账取消 转账失败 撤回了 想起来你们 原来在 已经?(?:拿到|返还|退回)(?!我)"
)
FILLER = (  # what a message may hold beside the act and still say nothing of what the money was for
    f"{KIN}|{MONEY}"
    "|[我俺咱他她它你们人给把了的地得就又也都啊呀呢吧在正去这那个是一点完过出进走掉光急快刚才好多对方,?□]"
    "|已经|现在|今天|昨天|前天|刚刚|上午|下午|晚上|早上|中午|微信|支付宝|银行|网上|转账?|汇款?|付款?|打|充值?"
    "|交|投|垫|发"
)

# ---- deciding ----------------------------------------------------------------------------------------------------------

_SLIPS = (
    *(
        ("帐", "账"),
        ("被片", "被骗"),
        ("片子", "骗子"),
        ("诈片", "诈骗"),
        ("pian子", "骗子"),
        ("beipian", "被骗"),
    ),
    *(("zhang", "账"), ("骗qian", "骗钱"), ("验正码", "验证码"), ("己经", "已经"), ("汇宽", "汇款")),
    *(("咗", "了"), ("啲", "的"), ("唔", "不"), ("畀", "给"), ("呃我", "骗我")),
)
_CUT = "□"
_FEW = 8
_TAIL = 300

WORDS = Path(__file__).parent / "library" / "emergency_words.tsv"
"""Points of short strings, weighed over our own wording set by `bot.content.emergency_words`."""
BIAS = "*"
"""The row of the table that every message gets."""
_LONGEST = 3
_UNLIKELY, _LIKELY, _MOST_LIKELY = -1.5, 0.0, 0.8
"""Leanings: below the first even a sign that counts is a look-alike; the others do with a poor sign, or none."""


def _read_points() -> dict[str, float]:
    rows = (line.split("\t") for line in WORDS.read_text("utf-8").splitlines())
    return {string: float(value) for value, string in rows}


_POINTS = _read_points()


def _either(patterns: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(patterns))


_UNREAL = (_either(UNREAL), re.compile(f"(?:^|(?<=[,?]))(?:{'|'.join(UNREAL_CLAUSES)})"))
_OTHERS = re.compile(UNREAL[-1])
_UNDONE = _either(UNDONE)
_BEFORE_UNDONE = [(sign, _either(sign.patterns)) for sign in THREATS + STUCK]
_AFTER_UNDONE = [(sign, _either(sign.patterns)) for sign in PAID + PAYING + GAVE + DRAINED + CHEATED]
_WORDS = {
    "fraud": re.compile(FRAUD),
    "plight": re.compile(PLIGHT),
    "everyday": re.compile(EVERYDAY),
    "household": re.compile(HOUSEHOLD),
    "telltale": re.compile(TELLTALE),
    "lesson": re.compile(LESSON),
    "notice": re.compile(NOTICE),
    "settled": re.compile(SETTLED),
    "own": re.compile(OWN),
    "filler": re.compile(FILLER),
}


class _Message:
    """A message in the three states of reading: as said, without the unreal, without the undone."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.said = _mended(text)
        real = self.said
        for pattern in _UNREAL:
            real = pattern.sub(_CUT, real)
        self.real = real
        self.done = _UNDONE.sub(_CUT, real)

    def has(self, words: str) -> bool:
        return bool(_WORDS[words].search(self.said))

    def is_aloof(self) -> bool:
        """Whether it is a lesson, a notice, or a story of other people."""
        return (
            "【" in self.text or self.has("lesson") or self.has("notice") or bool(_OTHERS.search(self.said))
        )

    def counts(self, sign: Sign, match: re.Match[str]) -> bool:
        """Whether the sign found counts in this setting."""
        if sign.unless and self.has(sign.unless) and not self.has("telltale"):
            return False
        if self.is_aloof() and not _WORDS["own"].search(_clause_up_to(match)):
            return False
        if sign.beside == "bare":
            return self.has("plight") or len(_WORDS["filler"].sub("", self.done)) <= _FEW
        return not sign.beside or self.has(sign.beside)


def is_emergency(text: str) -> bool:
    """Whether the writer or their family paid, is paying, gave away a code, card, face or screen, is being
    blackmailed, or asks what to do having been cheated. `text` is raw; neither database nor model is needed.
    """
    return sign_of(text) is not None


def sign_of(text: str) -> str | None:
    """What makes `text` an emergency: the name of a sign, or `words` where all words together do; else None."""
    message = _Message(text)
    lean = leaning(message.done)
    if lean <= _UNLIKELY or message.has("settled"):
        return None
    if lean > _MOST_LIKELY:
        return "words"
    poor = False
    for sign, match in _signs_in(message):
        if message.counts(sign, match):
            return sign.name
        poor = True
    return "words" if poor and lean > _LIKELY else None


def what_happened(text: str) -> str:
    """`text` folded, with what is not real or not done cut out: what its strings are taken from."""
    return _Message(text).done


def strings_of(happened: str) -> frozenset[str]:
    """Every run of one to three characters, the edges of the message marked."""
    marked = f"^{happened}$"
    return frozenset(
        marked[start : start + length]
        for length in range(1, _LONGEST + 1)
        for start in range(len(marked) - length + 1)
    )


def leaning(happened: str) -> float:
    """The points of the strings together, evened out over the length: above 0 more likely an emergency than not."""
    strings = strings_of(happened)
    points = sum(_POINTS[string] for string in strings & _POINTS.keys())
    return points / sqrt(len(strings)) + _POINTS[BIAS]


def _signs_in(message: _Message) -> Iterator[tuple[Sign, re.Match[str]]]:
    for state, signs in ((message.real, _BEFORE_UNDONE), (message.done, _AFTER_UNDONE)):
        for sign, pattern in signs:
            if match := pattern.search(state):
                yield sign, match


def _mended(text: str) -> str:
    """Folded, with common slips corrected; of a long message the beginning and the end, where people say it."""
    said = fold(text)
    if len(text) > LIMIT:
        said = f"{said},{fold(text[-_TAIL:])}"
    for slip, meant in _SLIPS:
        said = said.replace(slip, meant)
    return said


def _clause_up_to(match: re.Match[str]) -> str:
    return match.string[match.string.rfind(",", 0, match.start()) + 1 : match.end()]
