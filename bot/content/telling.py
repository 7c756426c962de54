"""What a person is told when an editor has answered their question."""

from bot.content.answer import SAFE_RULE, in_a_row, named
from bot.content.cards import Card

_SHORT = 30
_PLAIN = str.maketrans({"<": "＜", ">": "＞"})
ORDINARY = "编辑看过了：这句话本身不像诈骗。要是对方后来谈钱、要验证码，再发来问一句。"
IGNORED = "编辑看过了，没有单独的答复。拿不准时先不转账、不说验证码，拨打96110问一问。"


def words_of(act: str, words: str, question: str, card: Card | None) -> str:
    """The message for one act of an editor; `question` is the person's own, masked. `words` is a personal answer."""
    if act == "answer" and words:
        return f"{_asked(question)}，编辑答复：\n{words.translate(_PLAIN)}"
    if act == "ignore":
        return f"{_asked(question)}，{IGNORED}"
    if card is None or act == "ordinary":
        return f"{_asked(question)}，{ORDINARY}"
    if card.topic:
        return f"{_asked(question)}，编辑看过了，请看【{card.name}】。回复“{card.name}”看怎么办理。"
    do = in_a_row(card.actions[:2]) or SAFE_RULE
    return f"{_asked(question)}，编辑看过了：这很像{named(card)}。\n{do}\n回复“{card.name}”看它怎么骗人。"


def _asked(question: str) -> str:
    plain = " ".join(question.split()).translate(_PLAIN)
    shown = plain if len(plain) <= _SHORT else f"{plain[:_SHORT]}……"
    return f"您上次问的“{shown}”" if shown else "您上次发来的"
