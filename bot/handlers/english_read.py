"""Whether a message is English, told from pinyin and names by its common words, and one spelling for it."""

import re

_WORDS = """
a about account account's after afternoon again all already also always am an and any app are arrest arrested ask asked asking
asks at bank be beaten beating because been before being bitcoin blackmail blackmailing bleeding blocked boss bought but buy
buyer by call called calling can can't cannot cant card cheated click clicked code company could crypto customer customs dad
danger daughter dead dear delivery deposit did didn't didnt die do does dollars don't done dont drank dying earn email evening
expired fake family father fee fire first for fraud friend friends from gas gave get getting gift give given good got hacked
had has hasnt have havent having he held hello help her here him his hold how husband i i'm i've if im immediately in injured
into invest investment is it its ive job just kidnapped kill know last life like likes link live loan lost lottery love madam
made make marry me meet message mom money more morning mother my myself need needs never new no not now number of on one
online only open opened or order our out over package paid parcel part-time passport password pay paying people pesticide
phone photo photos please poison police prize profit real receive received refund rmb robbed safe said salary say says scam
scammed scammer scammers school screen sell seller send sending sent service share shared she should sir smell so some
somebody someone son stolen student suicide suspended take taken tax teacher tell than thank thanks that the their them then
there these they think this those threatened threatens to today told too took transfer transfered transferred trapped true two
unconscious up urgent us usd use used verification very video videos visa want wanted wants warrant was we website were what
when where which who why wife will winner wish with withdraw won won't wont work would yes yesterday you your yuan
bleeding blizzard breathe burning car everyone fell fallen farewell forever frozen goodbye grass grassland gun hopeless horse
hospital house hurt knife locked meaning miss missing move nobody snow storm stuck thinking worthless robot human useless
"""
_COMMON = frozenset(_WORDS.split())
_PINYIN = re.compile(
    "(?:(?:zh|ch|sh|[bpmfdtnlgkhjqxzcsryw])(?:iang|iong|uang|ang|eng|ing|ong|ian|iao|uai|uan|ai|ei|ui|ao|ou|iu|ie|ue|ve|an|en"
    "|in|un|ia|ua|uo"
    "|[aeiuv]|(?<=[bpmfwl])o)|ang|eng|ai|ei|ao|ou|an|en|er|[ae]){1,6}"
)
"""Words that are spelt like pinyin prove nothing: “me”, “he”, “can”, “line”."""
_ALONE = frozenset(
    (
        "scam",
        "scammed",
        "scammer",
        "scammers",
        "fraud",
        "cheated",
        "hacked",
        "blackmailed",
        "stolen",
        "police",
        "suicide",
    )
)
_LATIN = re.compile(r"[a-z][a-z'\-]*")
_HAN = re.compile("[\u4e00-\u9fff]")
_LINKS = re.compile(r"https?:\S+|www\.\S+|\S+@\S+")
_SHORT_FORMS = tuple((re.compile(rf"\b{old}\b"), new) for old, new in (
    ("(?:can't|cant|cannot)", "can not"), ("(?:won't|wont)", "will not"), ("(?:i'm|im)", "i am"), (r"(\w+)n't", r"\1 not"),
    ("(did|do|does|has|have|had|was|is|would|should|could)nt", r"\1 not"), ("(?:i've|ive)", "i have"), (r"(\w+)'ve", r"\1 have"),
    (r"(he|she|they|you|we|it)'(?:s|re|d|ll)", r"\1 is"), ("i'(?:ll|d)", "i will"), ("(?:u|ya)", "you"), ("pls|plz", "please"),
))  # fmt: skip


def is_english(text: str) -> bool:
    """Whether a message is mostly English: not pinyin, not a name (NFC, USDT), not Chinese with a few Latin words."""
    lowered = _LINKS.sub(" ", _straight(text))
    words = [word.strip("'-") for word in _LATIN.findall(lowered)]
    if len(_HAN.findall(lowered)) > len(words):
        return False
    known = [word for word in words if word in _COMMON]
    sure = [word for word in known if not _PINYIN.fullmatch(word)]
    if len(words) <= 2 and any(word in _ALONE for word in words):
        return True
    if 2 <= len(words) <= 5 and len(known) == len(words):
        return bool(sure)
    return len(sure) >= 2 and len(known) >= 0.3 * len(words)


def has_chinese(text: str) -> bool:
    return _HAN.search(text) is not None


def normal(text: str) -> str:
    """Lower case, one blank between words, short forms in full: “I didn’t” is “i did not”."""
    said = _straight(text)
    for pattern, full in _SHORT_FORMS:
        said = pattern.sub(full, said)
    return " ".join(said.split())


def _straight(text: str) -> str:
    return text.lower().replace("’", "'").replace("‘", "'").replace("`", "'")
