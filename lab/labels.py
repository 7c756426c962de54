"""Keyword labels for the content check: a stand-in for the platform's own judgement."""

import re

LABELS: tuple[tuple[int, str], ...] = (
    (
        20008,
        "安全账户|刷单|返利|解冻金|保证金|验证码发|屏幕共享|注销.*贷款|杀猪盘|内幕.*投资|稳赚|中奖.*手续费|"
        "冒充|转账到|公检法.*汇款|百万保障|征信.*转",
    ),
    (10001, "加微信|优惠券|限时促销|代理加盟|点击购买"),
    (20001, "颠覆国家"),
    (20002, "色情|裸聊|约炮"),
    (20003, "傻逼|去死"),
    (20006, "毒品|枪支|赌博|洗钱|跑分"),
    (20012, "低俗段子"),
    (20013, "盗版资源"),
    (21000, "其他违规样本"),
)
PASS = 100
REVIEW = frozenset({10001, 20003, 20012})


def judged(text: str) -> tuple[str, int, str]:
    """(suggest, label, the keyword that decided)"""
    for label, pattern in LABELS:
        if found := re.search(pattern, text):
            return ("review" if label in REVIEW else "risky", label, found[0])
    return ("pass", PASS, "")
