"""A life in danger now, whatever the cause: fire, gas, poison, blows, somebody held, hurt, lost or caught in the snow."""

import re

from bot.handlers.danger_kinds import ABROAD, KINDS
from bot.handlers.danger_words import EXPOSED, FAINT, FIRE, GAS, HELD, HURT, LOST, NEXT, POISON, THREAT

FIRSTS = (NEXT, THREAT, FIRE, GAS, POISON, HURT, HELD, FAINT, LOST, EXPOSED)
_UNREAL = re.compile(
    "罚|以为|宣传|捐款|新闻|听说|网上|视频|电影|小说|电视|演练|演习|预防|防止|防范|知识|梦见|梦到|如果|要是|假如|万一|会不会"
    "|咋防|去年"
    "|前年|上次|以前|小时候|昨天(?!.{0,12}(?:没找|没回|找不|联系不|还没|丢))|保险|理赔|游戏|直播|报道|通报"
    "|案例|转发|歌|作文|讲座|培训|安检|检查|报警器|收费|推销|软管|灭火器|工伤|赔偿|官司|起诉|判|法律|合同|辞职|离职|工资|押金"
    "|加班|手机|键盘|电瓶|股票|写错|火爆|羊吃|牛吃|扑灭|灭了|虚惊|到家了|好好的|赔|找(?:到|着|回来)了(?!吗|没)|同村|朋友的"
    "|的朋友|真惨|传遍|听讲|对门"
)
_BY_WIRE = re.compile(
    "说|电话|短信|网恋|见面|急用钱|急需|住院费|医药费|客服|警官|公安|民警|检察|通知|骗子|对方|网友|主播|群里|来信|会议|赎金"
    "|手术费|打钱|转钱|汇款|借钱|发来|威胁"
    "|不还|欠|催收|裸|照片|截图|信息"
)
"""What somebody far away says of it is told to get money; the library and the first-minutes card know those."""
_OWN_VOICE = re.compile(
    "救我|救命|救救|我(?:在|人在|们在).{0,12}被|(?<!说)我被|把我|打我了|正在打我|(?:家|我|在)门口"
    f"|不让我们?(?:走|离开|出去|回家).{{0,10}}打断|我(?:哥|弟弟?|姐|妹|儿子|女儿|闺女|孩子|老公|丈夫|爸|侄子"
    f"|外甥)[^，。]{{0,3}}(?:在|去|到)[^说]{{0,4}}{ABROAD}"
)
_THREAT = re.compile(
    "(?:弄死|杀了?|砍死?|打断|打死|废了|捅死?|收拾)(?:我|了我)(?!也|都|的(?:号|价|单|店)|家?的?树)|卸了?我(?:的|一)?条?(?:胳膊|腿"
    "|手)|杀(?:了)?(?:我)?(?:们)?全家"
    "|来(?:我)?(?:们)?(?:家|学校|单位|店)里?.{0,3}(?:打|砍|弄|收拾|堵)我"
)
_ONES_OWN = re.compile(
    "知道|爸|妈|爷|奶|老公|老婆|媳妇|家里人?(?:得|会|要)|哈哈|笑|游戏|累|热|冷|饿|困|帅|美"
)
"""“我妈知道了会打死我” threatens nobody's life."""
_NO_PHONE = re.compile(
    "(?:收|抢|拿|没收|扣)(?:走|掉)?了?我?们?的?(?:手机|身份证|护照)|手机(?:也|都|快|马上|要|就)*(?:没电|没信号|被收|打不通)了?"
)


def needed(typed: str) -> str:
    """What to do first where a life is in danger; "" where none is."""
    typed = _NO_PHONE.sub("", typed)
    if _UNREAL.search(typed) or (_BY_WIRE.search(typed) and not _OWN_VOICE.search(typed)):
        return ""
    return next((words for pattern, words in KINDS if pattern.search(typed)), "")


def threatened(typed: str) -> bool:
    """Whether somebody far away says that they will hurt the person; not what one's own say in anger."""
    return bool(_THREAT.search(typed)) and not _ONES_OWN.search(typed)
