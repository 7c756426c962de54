"""What residents who write English read: the same advice, short, with a Chinese sentence they can show to somebody."""

SHOW = "“我被骗了，请帮我挂失、止付。”"
FIRST = f"""STOP. Call 110 (police) now. 马上拨打110。
1. Pay nothing more. Hang up, stop screen sharing, click nothing.
2. Tell 110: the other account, name, bank, amount and time.
3. Call your bank (number on the back of your card): freeze the card, change passwords.
4. Keep chats and receipts. Threatened? Do not pay, they will ask again.
Show this to the bank or the police 请把这句给对方看：
{SHOW}
Nobody online can "get it back". It is not your fault.
Not paid yet? Do not pay; ask 96110."""
NEXT = f"""First 110, then your bank (number on the back of your card). Show them: {SHOW}
No phone? Go to the nearest police station with your passport or ID, phone and receipts.
Keep all chats. The police never ask for money. 先打110，再打银行。"""
DANGER = """Call 110 (police) now and say where you are. Hurt, poisoned or not waking up: 120. Fire or gas: 119.
If you cannot call, send your location to a friend and ask them to call. Do not fight.
Outside China: call the local police, then your embassy.
Show this 请把这句给身边的人看：
“我有危险，请马上帮我报警。”"""
DESPAIR = """Please do not stay alone. Ask family or a friend to come to you now, or call 110: the police will help.
Took pills or hurt: call 120. 请马上来陪我，或帮我拨打110、120。
Being cheated or threatened is not your fault. Do not answer them, do not pay."""
COMPANY = """First let somebody come to you. Nobody there? Call 110. Hurt or feeling unwell: 120.
Everything else can wait. You matter most. 先叫个人来，或拨打110。"""
SAFETY = """Call first: 110 attacked or held, 120 hurt, 119 fire or trapped. Cannot call? Ask somebody near you.
Everything else when you are safe. 先打110、120、119，人安全了再说。"""
SAFE = """Already paid, or gave a code, card or password? Call 110 (police) now.
If not, stop here: no transfer, no code, no screen sharing, no app from a link.
Real police, banks and customs never ask you to move money by phone or chat. Not sure? Call 96110.
不转账、不给验证码、不共享屏幕；拿不准拨打96110，已经转了拨打110。"""
SEND = "I understand Chinese best: send me their words in Chinese, if you can. 请把对方的中文原话发给我。"
LIKE = "It may be one of these (in Chinese), tap to read 点开看："
SHORTLY = """Already paid? Call 110. If not: no transfer, no code, no screen sharing, no app from a link.
Not sure? Call 96110. 拿不准拨打96110，已经转了拨打110。"""
HELLO = """Hello! Send me what a caller or a chat tells you to do, in Chinese if you can: I say whether it looks like fraud.
Paid already? Call 110. Not sure? Call 96110. 把可疑的原话发给我。"""
WELCOME = "You are welcome. When somebody talks about money, ask here first. 不客气，有人谈钱先发来问一句。"
REGISTER = """To register, tap {tap}, then send a few characters of your unit's name; pinyin works too. It is free.
登记：点上面两个字，再发单位名称，用拼音也行。"""
