"""“贷款先交钱是诈骗吗”: the question at the end of a message, which is asked of a fraud and of anything else alike."""

import re

LEAST = 4
"""Characters that must be left; fewer say nothing of a type."""
_LONGEST = 24
"""Characters such a question has at most; the rest of a message need not be looked through."""
_ENDS = frozenset("吗么嘛吧啊呢不?？。!！~骗局子人钱真假路的谱靠信规常题")
"""What it can end with."""
_AT_THE_END = re.compile(
    r"[,，。 ]*(?:请问|想问)?(?:这个?|那个?|这种|这样|这些)?(?:到底|究竟|会不会|可能|应该)?(?:是不是|是|算不算|算)?"
    r"(?:一?个|一种)?(?:诈骗|骗局|骗子|骗人|骗钱|真|假|套路)的?[吗么嘛吧啊呢不]?[?？。!！~]*$"
    r"|[,，。 ]*(?:能|可以|敢|该|可)?(?:不能|不可以)?(?:相信|信|靠谱|可靠|可信|安全|正常|正规)[不吗么嘛吧][?？。!！~]*$"
    r"|[,，。 ]*(?:靠不靠谱|可不可靠|可不可信|能不能信|真的假的|是真是假|正不正规|正不正常|有没有问题)[?？。!！~]*$"
)


def without_question(text: str) -> str:
    """What the question is asked of; "" where there is no such question, or too little before it."""
    if text[-1:] not in _ENDS or not (found := _AT_THE_END.search(text, max(0, len(text) - _LONGEST))):
        return ""
    bare = text[: found.start()]
    return bare if len(bare) >= LEAST else ""
