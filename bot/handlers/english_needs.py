"""What somebody lost, fears or wants to do, told in English: who did what, and is it asked, denied or read of."""

import re

_ME = (
    r"(?:i|we|(?:my|our) (?:old |elderly |best |chinese |foreign )?(?:mother|mom|mum|father|dad|parents?|wife|husband|son"
    r"|daughter|brother"
    r"|sister|grand\w+|friend|roommate|room mate|student|colleague|boyfriend|girlfriend|boss|uncle|aunt|classmate|neighbou?r"
    r"|kid|child|assistant|teacher|partner|client)(?: (?:here|at|in|from|on|of|is|who)(?: \w+){1,3})?)"
)
_DID = (
    r"(?: (?:have|has|had|just|already|also|then|accidentally|stupidly|only|even|now|actually|really|did|finally|foolishly"
    r"|unfortunately|about \w+ minutes ago)){0,6}"
)
_SAID = (
    rf"(?:\b{_ME}{_DID} |(?:^|[.,!;:] ?|\band )(?:and |so |just |already |yesterday |today |help |please )*)"
)
_THEM = (
    r"(?:them|him|her|the (?:scammers?|caller|man|woman|guy|police ?man|officer|seller|agent|stranger|platform|app"
    r"|customer service|person)|a stranger|someone|somebody|this (?:man|woman|guy|person|account)|that (?:man|woman|guy"
    r"|person|account)|an? (?:unknown|strange) \w+)"
)
_SUM = (
    r"(?:[¥$€]? ?\d[\d,.]* ?k? in cash|(?:all |some |a lot of |lots of |so much |too much )?(?:of )?(?:my |the "
    r"|our )?(?:money|cash|savings|salary|deposit|fee|tax|usdt|bitcoin|crypto|gold)|(?:about |around |over "
    r"|more than )?[¥$€]? ?\d[\d,.]* ?k?(?: ?(?:rmb|yuan|cny|usd|usdt|dollars?|euros?|kuai|thousand))?)"
)
_SECRET = (
    r"(?:codes?|otp|pass ?words?|passcode|pin|cvv|card (?:number|details|info\w*)|bank (?:details|info\w*|account|card)"
    r"|verification|id (?:card|number)|passport|face)"
)
LOSS = re.compile(
    rf"{_SAID}(?:transferr?ed|moved|wired|remitted|recharged|sent|sended|paid|gave|given|lent|deposited|invested|lost"
    rf"|topped up|put) (?:{_THEM} )?(?:to )?{_SUM}"
    rf"|{_SAID}(?:paid|transferr?ed|wired|transfer it|pay it)(?: it)?(?: to)? {_THEM}|\b{_ME}{_DID} transferr?ed(?: it)?(?:$"
    rf"|[.!,;?])"
    rf"|{_SAID}paid (?:the|a|their|his|her) (?:\w+ )?(?:fee|fine|tax|deposit|bail|penalty|ransom)"
    rf"|{_SAID}(?:paid|bought|ordered|pay)\b.{{0,80}}\b(?:blocked me|block me|disappear\w*|deleted me|(?:is|was"
    rf"|are) (?:a )?(?:fake|scam\w*)|never (?:came|arrived|shipped|sent)|no reply|not reply\w*)"
    rf"|{_SAID}(?:gave|given|told|sent|shared|entered|typed|put|input|inputted|filled in|filled|provided|submitted|read"
    rf"|showed)\b(?! out)(?:(?!\bto my\b|wi-?fi|pick-?up|front door|door code|qr).){{0,40}}\b{_SECRET}\b"
    rf"|\b(?:they|he|she|scammers?|hackers?|someone|somebody|the caller) (?:now )?(?:have|has|knows?|got|stole|took|used"
    rf"|uses?|changed) (?:all )?(?:of )?my (?:\w+ ){{0,2}}(?:{_SECRET}|money|savings|account|card|wechat|alipay|photos?"
    rf"|pictures?|contacts?)"
    rf"|\b{_ME} (?:think (?:i|we) )?(?:just |have |has |might |may |must )*(?:was|were|am|are|is|been"
    rf"|got|get|have been|has been|just got|being) (?:just |being |totally |also |completely )*(?:scam\w*|cheated"
    rf"|defrauded|tricked|hacked|blackmailed|conned|ripped off|extorted|swindled|robbed|deceived|phished|fooled|threatened)"
    r"|\b(?:someone|somebody|they|he|she|the \w+|a \w+|scammers?|hackers?)(?: (?:is|are|has|have|just|had|keeps?"
    r"|now))* (?:scamm\w*|cheat\w*|hack(?:ed|s|ing)|trick\w*|blackmail\w*|threaten\w*|extort\w*|rob|robbed|fooled) (?:me|us"
    r"|my)"
    r"|\bmy (?:\w+ ){0,2}(?:account|wechat|alipay|card|phone|computer|money|savings) (?:was|were|has been|have been|is|are"
    r"|has|got|is being|all) (?:all |just |now |being |been )*(?:hacked|stolen|emptied|empty|frozen|controlled|gone|missing"
    r"|disappeared|taken|drained|withdrawn|transferred)"
    r"|\b(?:took|stole|withdrew|emptied|transferred|stealing|draining|drained|spent) (?:all |some "
    r"|away )?(?:of )?my (?:\w+ )?(?:money|account|card|savings|salary)|\bmoney (?:was |has been |been |got )?(?:stolen"
    r"|gone)\b"
    rf"|{_SAID}(?:am |was |were |are )?(?:shared|sharing|share) (?:my |the )?screen|\b(?:they|he|she|someone"
    rf"|somebody)(?: (?:is|are|can|now))* (?:controls?|controlling|remote\w*|see|watching|sees) my (?:phone|computer|screen"
    rf"|laptop)"
    rf"|{_SAID}(?:installed|downloaded)\b.{{0,40}}\b(?:they|he|she|caller|link|police|anydesk|teamviewer|customer service"
    rf"|told)\b|\b{_ME}{_DID} clicked\b.{{0,60}}\b(?:entered|filled|typed|code|password|money)\b"
    r"|\b(?:got|has|have) my (?:nude|naked|private)? ?(?:video|photos?|pictures?|nudes)\b.{0,60}\b(?:send|post|share)"
    r"|\b(?:got|broke|logged) into my (?:alipay|wechat|account|phone|bank)|\b(?:nudes?|naked|private|intimate|sex|explicit"
    r"|undress\w*)\b.{0,30}(?:my|me)\b.{0,40}\b(?:send|share|post|leak|money|pay|threat\w*|family|friends)|\b(?:send|sends"
    r"|post|leak|publish|expose|spread|share|release|has|have|recorded|shows?)(?:ing|s|ed)? (?:all )?(?:of )?(?:my"
    r"|me)(?: \w+){0,2} (?:nudes?|naked|private|intimate|sex|video)"
    r"|\bcan not (?:withdraw|take out|get out|cash out|get back|get)(?: (?:any|all|out|back))*(?: of)? my (?:\w+ )?(?:money"
    r"|funds?|profit|savings|deposit|usdt)|\b(?:will not|not|refuse\w*|does not) (?:let|allow) (?:me|us) (?:to )?withdraw"
    r"|\bunable to withdraw my"
    rf"|{_SAID}(?:bought|buy)\b.{{0,40}}\bgift cards?\b.{{0,60}}\b(?:him|her|them|codes?|boss|sent|scam\w*)|{_SAID}(?:sent"
    rf"|gave|given|scratched)\b.{{0,30}}\bgift cards?"
    r"|\bi am (?:now )?(?:transferring|paying|sending|wiring|depositing|going to transfer it now|about to (?:transfer|pay"
    r"|send))|\bat the (?:bank|atm)\b.{0,30}\b(?:to|for) (?:transfer|send|pay|deposit|withdraw)"
    r"|\b(?:how (?:can|do|could|to)|can|please|help|want)\b.{0,30}\b(?:get|recover|take|have)\b.{0,12}\b(?:my"
    r"|our) (?:\w+ )?money back\b"
    r"|^(?:help[!. ]*)?(?:please )?(?:(?:i|we) (?:want|need|would like|have) to |how (?:can|do) (?:i|we) |can you "
    r"|i need you to )?(?:call|report to|contact|report (?:it |this )?to) the police[!.? now]*$"
    r"|^(?:help[!. ]*)?i need (?:the )?police\b|\b(?:want|need) to report (?:a |an |the )?(?:scam|fraud|crime|theft)"
    rf"|{_SAID}(?:sold|rented|lent|gave|give) (?:out |away )?my (?:own )?(?:bank |sim |phone )?(?:card|account|sim)\b"
    rf"|{_SAID}(?:fell|fall|falling) (?:for|into) (?:a|the|this|an) (?:\w+ )?(?:scam|fraud|trap|trick)|\bvictim of (?:a |an "
    rf"|the )?(?:\w+ )?(?:scam|fraud)"
    rf"|{_SAID}(?:lost|lose|paid|sent)\b.{{0,30}}\b(?:to|in|on|by|for) (?:a |an |the |this |some )?(?:\w+ )?(?:scam\w*|fraud"
    rf"|fake \w+)|\b{_ME} (?:is|am|are) (?:now |still |just |right now )*(?:transferring|paying|sending|wiring|depositing"
    rf"|giving) "
    r"|\b(?:record|recorded|filmed|films?|screenshot\w*) me\b.{0,50}(?:want|send|money|pay|\d{3}|family|contacts)"
    r"|\b\w+ (?:take|took|taken|keeps?|kept|holds?) my (?:\w+ )?(?:passport|deposit|id)\b.{0,60}(?:money|\d{3}|pay|not exist"
    r"|disappear\w*|fake|gone|blocked)"
    r"|\bbank\b.{0,30}\b(?:refus|reject|block|stop)\w* my (?:transfer|payment)\b.{0,60}\b(?:online|girlfriend|boyfriend"
    r"|platform|pass|teacher|investment)|\bnot (?:to )?tell (?:the )?bank\b|\bmoney (?:is |was |keeps? )?(?:going|went|moving"
    r"|moved) out\b|\bpolice (?:froze|frozen|locked) (?:it|my)\b"
    r"|\b(?:stop|cancel|reverse|undo|recall) (?:a|the|my|this|that) (?:bank )?(?:transfer|payment|transaction)|(?:^|[.,!] ?"
    r"|\bi was |\bi am |\bi got )(?:scammed|cheated|defrauded|robbed)(?: (?:of|out of|for))? (?:about )?[¥$€]?\d|\b(?:has"
    r"|have|got|with) (?:\w+ )?(?:screenshots?|photos?|pictures?|videos?|recordings?) of me\b.{0,60}(?:want|send|pay|money"
    r"|\d{3}|share|post)"
    r"|\b(?:took|takes?|taken|opened|applied) (?:for )?(?:a |out a )?loans? in my name|\b(?:\d{3,}|\d,\d{3}"
    r"|money)(?: ?(?:yuan|rmb|dollars))? (?:has |just |have )?(?:left|gone from|disappeared from|missing from) my"
    r"|\bthe \w+(?: for(?: \w+){1,3})? took (?:my money|\d{3,})"
    r"|\bunauthori[sz]ed (?:transaction|payment|charge|transfer)|\b(?:charged|deducted|debited|withdrawn"
    r"|taken)\b.{0,30}\bfrom my (?:\w+ )?(?:account|card|wechat|alipay)|\bget back (?:my|our) money\b"
    r"|^[!. ]*(?:i )?(?:got |been |was )?(?:scammed|hacked|blackmailed|cheated|robbed)[!. ]*$"
)  # fmt: skip
DANGER = re.compile(
    r"\b(?:i|we|my \w+) (?:am|are|is|was|were|have been|has been|being|got) (?:being |now |just )*(?:held|locked (?!out)"
    r"|kidnapped|trapped|detained|imprisoned|beaten|attacked|stabbed|followed|abducted|poisoned|bleeding|drowning"
    r"|sold to)(?! (?:by (?:the )?customs|in traffic|up at|the door))"
    r"|\b(?:will not|do not|does not|not|refuse to) (?:let|allow) (?:me|us) (?:to )?(?:leave(?! early)|go out|out"
    r"|go(?! \w))\b|\b(?:someone|somebody|he|she|they|a man|my \w+)(?: (?:is|are|wants?|going|keeps?"
    r"|trying))*(?: to)? (?:beat|beats|beating|hit|hits|hitting|kill|killing|hurt|hurting|stab|attack|attacking|rape) (?:me"
    r"|us)\b"
    r"|\b(?:took|taken|confiscated|keep|keeps|kept) (?:away )?(?:my|our) passports?\b.{0,60}\b(?:leave|go|work|locked"
    r"|compound)|\b(?:scam|fraud) (?:compound|park|center|centre|factory)\b.{0,60}\b(?:me|help|escape|rescue|i am)"
    r"|\bi am\b.{0,40}\b(?:scam|fraud) (?:compound|park|center|centre|factory)"
    r"|\b(?:house|home|apartment|flat|dorm\w*|building|kitchen|room|shop|car)\b (?:is|are|was)?(?: now)? ?(?:on fire|burning)"
    r"|^(?:help[!. ]*)?(?:there is (?:a )?)?fire[!]*$|\b(?:gas leak|smell gas|carbon monoxide)\b|\b(?:drank|drunk|ate"
    r"|swallowed|took)\b.{0,20}\b(?:pesticide|poison|bleach|rat poison|all the pills|too many pills|an overdose)"
    r"|\b(?:grass ?land|grass|steppe|prairie|haystack|ger|yurt|tent|stable|barn)(?: (?:is|are|was|has"
    r"|caught))*(?: now)? ?(?:on fire|burning|fire)\b|\bfire (?:in|on|at|near) (?:the |our |my )?(?:grass\w*|steppe|house"
    r"|home|ger|yurt|hotel|dorm\w*|building)"
    r"|\bmy (?:\w+ )?(?:son|daughter|mother|mom|father|dad|child|kid|wife|husband|brother|sister|friend|grand\w+)(?: (?:is"
    r"|has|was|been|went|gone))* (?:missing|disappeared)(?! \w)"
    r"|\b(?:i am|we are|he is|she is|my \w+ is|my \w+ are) (?:now |still )*(?:(?:lost|stuck"
    r"|trapped) in (?:the |a )?(?:snow\w*|blizzard|storm|grass\w*|mountains?|desert|dark))"
    r"|\b(?:lost|stuck|trapped) in (?:the |a )?(?:snow ?\w*|blizzard|storm|grass\w*|mountains?|desert)\b"
    r"|\b(?:fell|fallen|thrown|kicked)\b.{0,20}\b(?:horse|roof|motor\w*|cow|camel|bull)\b.{0,40}\b(?:not (?:mov\w+|wak\w+"
    r"|breath\w+|respond\w*|get up)|bleeding|unconscious"
    r"|broke\w*|hurt)|\bcan not (?:breathe|move|wake up)\b(?! (?:it|the|my|money|any|this|them|so))"
    r"|\b(?:locked|lock|locks|shut) (?:me|us) (?:in|up)\b|\b(?:car|traffic|motor\w*) (?:accident|crash)\b.{0,40}\b(?:bleed\w*"
    r"|hurt|injured|trapped|dying|unconscious)"
    r"|\b(?:not|stopped) breathing\b|\b(?:is|he|she) unconscious\b|\bwill not wake up\b|\bheart attack\b|\bhas a (?:knife"
    r"|gun)\b"
)
DESPAIR = re.compile(
    r"\bi (?:just |really |only |might |will |am going to |want to |wanna )*(?:kill|hang|hurt) myself\b|\b(?:want|wanna|going"
    r"|wish) (?:to )?(?:die|be dead|end my life|end it all|commit suicide)(?! (?:for|of laughing))|\bi wish i (?:was"
    r"|were) dead|\bsuicid(?:e|al)\b(?! (?:squad|bomb|note in|prevention))"
    r"|\b(?:do not|not) want to (?:live|be alive|wake up)\b(?! (?:in|here|there|with|at|on campus))|\bno (?:reason|point"
    r"|point in) (?:to live|living|left to live)|\bbetter off dead|\bcan not (?:live|go on) (?:any ?more|like this)|\b(?:life"
    r"|living) is (?:meaningless|pointless|not worth)|\bjump off\b.{0,20}\b(?:building|bridge|roof)|\bend my life\b"
    r"|\b(?:life|living) has no (?:meaning|point|hope)|\b(?:nobody|no one) (?:will|would) (?:miss|care about) me\b"
    r"|\bthinking (?:about|of) (?:ending|dying|suicide|killing myself)"
    r"|\b(?:i feel|i am) (?:so |completely |totally )?(?:hopeless|worthless)\b|\b(?:give|giving) up on life\b|^(?:goodbye"
    r"|farewell) (?:world|forever)[.! ]*$"
)
_UNDONE = re.compile(
    r"\b(?:did|have|has|had|do|does|was|were|am|is|are) (?:not|never)\b(?! (?:reply|let|allow|answer|breath|want|wake|move"
    r"|breathe|respond|give"
    r"|tell|exist))|\bnever (?:been|got|transferred|paid|gave|sent|shared)|\b(?:if|before|unless(?! i (?:pay|send|give))"
    r"|almost|nearly|whether|without|avoid|instead of|afraid|worried|scared|lest|prevent|should|shall|in case|supposed to)\b"
    r"|^(?:was|were|am|is|are|did|have) (?:i|we|it|this)\b.{0,40}\?|\b(?:news|article|story|movie|film|novel|series|game"
    r"|essay|homework|lesson|translate|translation|grammar|lyrics|song|seminar|lecture|poster|training|headline|video about"
    r"|read about|heard about|hear about)\b|\b(?:last|a few|few|two|three|many|several|ten|five|\d+) years? ago\b"
    r"|\blast year\b|\bin 20\d\d\b"
)
_GIVEN = re.compile(
    rf"{_SAID}(?:paid|sent|gave|given|transferr?ed|wired|deposited?|moved|invested|lent|borrowed|recharged|spent|put|bought"
    rf"|moving|sending)\b(?! (?:my |the |a )?(?:cv|contract|address|email|message)).{{0,40}}(?:\b\d{{3,}}|\d,\d{{3}}"
    rf"|\b\d+ ?k\b|\bmoney\b|\bsavings\b|\bmonths?\b rent|\b(?:bit)?coins?\b|\busdt\b|\beverything\b)"
    rf"|{_SAID}(?:gave|given|told|sent|shared|typed|entered|showed|read|let)\b.{{0,50}}\b(?:{_SECRET}|log ?in|remote|bank"
    rf"|number on|statement)\b|{_SAID}transferr?ed\b|\bi (?:did|moved|sent|paid|transferred|gave) it\b|\bi have there\b"
    rf"|\bmy face\b.{{0,40}}\b(?:scanned|borrowed|used)\b|\bmy phone has\b|\bunless i (?:pay|send|give)|\bcan not (?:take|get"
    rf"|cash) (?:it|them|anything) out\b"
    rf"|\b(?:card|account|wallet|alipay|wechat|savings)\b.{{0,20}}\b(?:charged|debited|emptied|used|drained|stolen|is empty)\b"
)
"""Given, and not for rent or somebody of one's own; less sure than the rest."""
_EVERYDAY = re.compile(
    r"\b(?:to|for) my (?:landlord|landlady|sister|brother|mother|mom|mum|father|dad|wife|husband|son|daughter|friend|roommate"
    r"|parents|family|school|university|employer|colleague)\b|\b(?:rent|tuition|lunch|dinner|coffee|groceries|electricity"
    r"|water bill|phone bill|birthday|charity|salary of|my doctor|my bank manager|hotpot|hospital|clinic|medical|exam|parking"
    r"|utility|mahjong|poker|class|meeting|in (?:the )?bank of china|from icbc|old \w+|cv|haircut|taxi|bus|wrong password"
    r"|wi-?fi|pick-?up|door|market|change|proof)\b"
)
_BACK = re.compile(
    r"\b(?:gave|got|give|paid|sent|came|come|is|was) (?:it |them |the money |my money |all )?back\b(?! my)|\brefunded\b"
)
_DONE = re.compile(
    rf"{_SAID}(?:paid|pay|sent|send|gave|give|told|tell|transferr?ed|transfer|put|recharged?|bought|buy|entered|typed|let"
    rf"|scanned|scan|invested|deposited|lost|wired|shared|downloaded|installed|lent|sold|ordered|borrowed|shipped|delivered"
    rf"|handed|am sending|am paying|am doing tasks|doing tasks)\b"
    rf"|\bmy (?:\w+ ){{0,2}}(?:money|savings|card|account)\b|\b(?:took|stole|spent) (?:the )?(?:all )?(?:money|\d{{3,}})"
    rf"|\b(?:he|she|they) (?:has |have |already |just )*(?:sent|paid|transferred|given) (?:everything|all|it|the money)\b"
)
_WORTH = re.compile(
    r"money|savings|\d{3,}|\d ?k\b|\d,\d{3}|code|password|pin\b|card|account|passport|cvv|otp|half|everything|deposit|yuan"
    r"|rmb|usdt|price"
)
_HARM = re.compile(
    r"scam\w*|\bfake\b|\bfraud|block(?:ed|s)? (?:me|my|us)|\bgone\b|vanish|disappear|(?:closed|shut) down|(?:is|was"
    r"|got) (?:now )?(?:closed|offline|unreachable)|switched off|ran away|wrong (?:people|person|man)|left my account"
    r"|without my|in my name|removed me|never got|was changed|unfreeze|without (?:my )?permission|belongs? to (?:somebody"
    r"|someone)|naked|nude|(?:not|no|never|nobody) (?:answer|repl|reach|pick|respon|ship|arriv|come|came)\w*|\bstole|\bfrozen"
    r"|\bfroze|blackmail|threat"
    r"|hacker|hacked|\bpretend|is off\b|deleted me|being transferred|more before|my earlier|\bempty\b|real (?:manager|boss"
    r"|bank|police|company)|took \d|money from my|not exist|cheat"
)
_CLAUSE = re.compile(
    r"[.!;\n]+|(?<=\?)|,(?! ?\d{3})|\b(?:but|however|though|although|so what|what should|what can|what do)\b"
)
"""Where a clause ends: what is denied in one says nothing of the next."""


def losing(said: str) -> bool:
    """Whether `said` (`normal`) tells that something was paid, given away or taken, and not asked, denied or read of.

    Where a harm is told (blocked, vanished, fake) it is enough that something of worth was given at all.
    """
    harmed = bool(_HARM.search(said))
    if _BACK.search(said) and not harmed:
        return False
    told = [part for part in _CLAUSE.split(said) if LOSS.search(part)] or [said] * bool(LOSS.search(said))
    told += [part for part in _CLAUSE.split(said) if _GIVEN.search(part)]
    if any(not _UNDONE.search(part) and (harmed or not _EVERYDAY.search(part)) for part in told):
        return True
    done = [part for part in _CLAUSE.split(said) if _DONE.search(part)]
    return harmed and bool(_WORTH.search(said)) and any(not _UNDONE.search(part) for part in done)


def in_danger(said: str) -> bool:
    found = DANGER.search(said)
    return found is not None and not _UNDONE.search(said[: found.end()].split(".")[-1])


def despairs(said: str) -> bool:
    found = DESPAIR.search(said)
    return found is not None and not _UNDONE.search(said[: found.start()])
