"""Residents who write English: the same advice, what was lost first, and nothing taken from pinyin, names and nods."""

import pytest
from sqlalchemy import func, select

from bot.content.models import Asked
from bot.handlers import english_needs, english_read, english_words
from bot.handlers.words import FIRST_MINUTES
from tests.handlers.conftest import Chat, lines

LOST = lines("""I transferred money
they have my password
I was scammed
he threatens to send my nude photos
I just transferred 5000 yuan to a stranger
I've already sent him the money, what should I do?
Help! I gave the verification code to the caller
my wechat account was hacked and my friends got messages
I think I was scammed
someone stole my money
i cant withdraw my money from the platform
The app won't let me withdraw, they ask for tax first
I paid the customs fee and now he asks for more
my mother sent 20000 rmb to the fake police
my roommate was cheated by a fake customer service
I gave them my bank card number and the OTP
She recorded me naked and wants money
they are blackmailing me
I shared my screen with the customer service
He is controlling my phone now
I invested 30k usdt and now they block my account
I bought gift cards and sent the codes to my boss
im scammed pls help
I didnt know it was fake, I paid them 3000
i paid for a phone but the seller blocked me
We have sent the deposit to the agent and he disappeared
How can I get my money back?
I am transferring the money now
I clicked the link and entered my card number
all my savings are gone
hacked!
I want to report a scam
I told the man my password
My husband is at the bank to transfer money to the police officer
I installed anydesk because the bank told me to
my card was emptied
I lost 8000 yuan in a part-time job
someone transferred my money away
I gave 10,000 in cash to a courier
He has my intimate pictures and asks for money
my student was defrauded of 6000 yuan
They threatened me, they will send my video to my family
Somebody used my WeChat to ask for money, two friends paid
I sent 200 USDT to the trading platform
I did transfer it to her. She deleted me.
I have been tricked into paying a visa fee, 4000 rmb
I accidentally gave my Alipay password to a fake customer service person
A stranger sent me a QR code, I scanned it, 1,999 yuan left my account
I was on a video call with "Shanghai police", they told me to move money, I moved 50000
my daughter here at university sent 12000 to somebody who said her visa is invalid
Please, he has screenshots of me naked and wants 2000 dollars tonight
They have been draining my bank account since I clicked that link
I joined a trading group and deposited 20k, now the website is closed
hi, I gave a guy 800 to buy train tickets, he deleted me from wechat
My phone is being controlled remotely, what do I do
I need to stop a transfer that I made 5 minutes ago
scammed 3000rmb by apartment agent
Officer, I told the whole code to them and they changed my password
I borrowed 10000 from the app because they said so and sent it to them
Someone took a loan in my name
I sent them a photo of my passport and bank card, they seem fake
We got conned buying a used truck
My money! I sent it to the wrong people, it's fraud
Good evening. I think I made a terrible mistake, I gave my bank login to a man who said he is from the immigration office.
my wallet on WeChat is empty, someone used it last night
I paid two months rent in advance to a man and the flat belongs to somebody else
They told me to buy bitcoin and send it to a wallet, I did it, now they ask more
Hello officer, my wife's card has been charged 3,200 yuan by an unknown shop
I have transferred three times already and the last one was one hour ago
I've given remote access to my laptop to the technician
my colleague just sent the company's money to a fake supplier email
please block my card, I typed the number on a fake parcel page
he took 5000 for a job in Dubai and does not reply
I lent my bank card to a friend, police say it was used for fraud
my husband is talking with a fake prosecutor and moving our savings
I deposit 4000 in the app and cannot take it out
I was forced to send 1500 because he has my photos
I bought an iPad from a WeChat group, seller removed me after payment of 1600
My aunt gave her verification code to a person claiming to be from Meituan
last night I sent three red packets to a girl, total 900, she is a fake
He told me my account is in a crime and I should move money to the safe account, so I moved it
I pressed the link in the SMS and filled in my card and the code
someone is threatening to send my private video to my boss
They keep asking me to pay more to unfreeze the 30000 I have there
I believe I was cheated, 700 for a fake ticket
please stop my payment!!
I paid first 100, then 500, then 3000 for the tasks and they still don't return
my phone has an app from the fake police, they can see everything
Help me, I have just sent all my scholarship to a scammer""")
NOT_LOST = lines("""thanks
Thank you very much for your help
Hello, how are you
What is this account for?
Should I transfer money to him?
He asks me to transfer money to a safe account
I have not paid yet
I didn't transfer anything
I haven't given them the code, is it safe?
A man was scammed of 2 million yuan, the police said
How to avoid being scammed in China?
I read an article about people who lost their savings
Is this website a scam?
Someone wants me to pay a customs fee for a parcel
They offer a part-time job, liking videos for money
The police called me and said I am under arrest
I got a message that my package is on hold
Do I need to give the verification code?
I'm afraid of being scammed
I was almost scammed but I hung up
He says he loves me and wants to invest in crypto together
If I pay the fee, will they refund me?
I sent money to my sister for her birthday
I paid my rent yesterday
I lost my phone in the taxi
My bank card is expired, where can I renew it?
Please send me the link of the app
What does 96110 mean?
I love hotpot in this town
The teacher asked us to follow this account
Can foreigners register here?
My friend told me about this account
I want to open a bank account
Is it safe to pay with WeChat?
Please translate this into Chinese for me
The weather is good today
Dear customer, your account will be suspended, click the link to verify
Congratulations, you have won a lottery prize of 1000000 dollars
Someone asked to borrow my bank card for one day
I need a loan, is this app real?
My friend was scammed two years ago
I gave my students a lesson about fraud
Could they hack my phone with a call?
I told my friend the wifi password
I never shared my code with anyone
She asked me to buy gift cards, should I?
The seller wants a deposit before I can see the apartment
They want me to share my screen
Was I scammed?
I was worried my account was hacked
I bought a phone online, it arrived today
I paid for lunch with my phone
The bank clerk asked me many questions before my transfer, why?
I would like to know if this investment platform is legal
A man wants to send me a parcel from UK and I have to pay tax
My students asked me about the anti-fraud app
Is the number 12381 official?
what is a safe account
I moved to a new apartment and changed my phone number
I ordered noodles and they came cold
Someone sends me a friend request every day
They promised 20% monthly, sounds too good
we are a company from Mongolia, we import wool, how to verify a buyer?
I entered the wrong password three times and my card is locked
I sent my CV to a company on Telegram and they want an interview by video
Do police ever ask for bank statements by phone?
He says I must keep it secret from my family
I sold my old bike for 200 yuan yesterday
got it, thank you
How do I report this number?
My mother keeps getting calls about insurance
I put my money in Bank of China, is it safe
I told them I have no money
I shared the screen in our class meeting
Sorry I don't understand Chinese
I took a loan from ICBC for my car
I invited my friend to join this account
They sold me a fake bag at the market for 50 yuan, funny
the gift card is for my birthday
What number should I dial if I see fraud?
The officer visited our dormitory, very kind man
Someone texts me in English about a lost puppy
The bank called and asked if I made a purchase, I did not
Can I send USD from here to Nepal?
I receive many spam calls, how to block them
I changed my password today as you recommended
Who is behind this account, government?
A person offers me 500 yuan for my WeChat account
They want photo of my passport for a job in Beijing
I closed the page before typing anything
I need a translator for the police station
He asks me for a gift card, I think it is a trick
My package from Germany arrived safely
I won a quiz here, when do I get the gift?
Do you have weekly news in English?
my classmates say the free skins are fake
We transferred the student to class three
I want to cancel my registration
She said she is a soldier in Syria and needs help with a box of gold
The verification code did not arrive
How long does a transfer between banks take?
An unknown man added me and talks about gold prices
My sister works at the bank
What happens if I answer a call from abroad?
I saw your poster at the station, good job
Please explain the word 刷单
Could you tell me how to block foreign calls?
My friend wants to sell his SIM card before leaving, is that ok?
I received 50 yuan from a stranger, should I return it?
They say I must pay a fine for an expired visa, but I renewed it
I use WeChat Pay every day
Our office got a fake invoice email, we deleted it
He offered to buy my old laptop
I like this town
The caller knew my name and address, how?
I have a question about insurance
My husband bought sheep at the market
Do banks call customers at night?
They ask me to download an app called Zoom for refund""")
AS_BEFORE = lines("""ok
hi
hello
NFC
APP
USDT是什么
vpn
steam
QQ
wo bei pian le zen me ban
luoliao
shua dan
ta gei wo fa le yi ge lian jie
wo xiang wen yi xia zhe ge shi zhen de ma
Taobao
iPhone 15 Pro Max
WiFi密码
xie xie ni
you ren ma
ni hao
zhe ge app neng xia ma
wan shang hao
我收到一条短信 your package is on hold，这是真的吗，能不能点里面的链接
facetime打来的电话能接吗
English""")
DANGER = lines("""I am being held in a scam compound, please help me
They won't let me leave
I'm locked in a room, they took my passport
Someone is beating me
He wants to kill me
my house is on fire
I smell gas
she drank pesticide
My friend is unconscious
there is a man with a knife, he has a knife
I was kidnapped""")
DYING = lines("""I want to die
I want to kill myself
I don't want to live anymore
I'm thinking of suicide
I wish I were dead
there is no reason to live, I lost everything
I can't go on like this""")
NEITHER = lines("""I'm dying to see you
this heat kills me
I don't want to live in a dormitory
The customs held my parcel
my order is being held by customs
Is there a fire drill today?
he will not let me pay by card
the bank does not let me transfer
Suicide squad is a movie
I have been locked out of my account
my boss does not let me go home early, haha""")


def kept(kit):
    with kit.db.reading() as session:
        return session.scalar(select(func.count()).select_from(Asked))


def lost(text):
    return english_read.is_english(text) and english_needs.losing(english_read.normal(text))


def in_danger(text):
    return english_needs.in_danger(english_read.normal(text))


def despairs(text):
    return english_needs.despairs(english_read.normal(text))


def test_a_loss_told_in_english_is_one_and_questions_news_and_ordinary_words_are_none():
    assert [said for said in LOST if not lost(said)] == []
    assert [said for said in NOT_LOST if lost(said)] == []


def test_names_pinyin_and_mixed_words_are_not_english():
    assert [said for said in AS_BEFORE if english_read.is_english(said)] == []
    assert [said for said in [*DANGER, *DYING] if not english_read.is_english(said)] == []


def test_danger_and_despair_told_in_english_and_neither():
    assert [said for said in DANGER if not in_danger(said)] == []
    assert [said for said in DYING if not despairs(said)] == []
    assert [said for said in [*NEITHER, *LOST, *NOT_LOST] if in_danger(said) or despairs(said)] == []


def test_what_was_lost_is_answered_first_wherever_a_dialogue_stands(chat):
    chat.say("登记")
    chat.say("民政局")
    assert chat.say("I was scammed, I sent them 3000 yuan") == english_words.FIRST
    assert "110" in english_words.FIRST.split("\n")[0] and english_words.SHOW in english_words.FIRST
    assert chat.say("ok") == english_words.NEXT
    assert chat.say("the bank does not understand me") == english_words.NEXT
    assert chat.say("然后呢") == english_words.NEXT
    assert kept(chat.kit) == 0


@pytest.mark.parametrize(
    ("said", "first", "then"),
    [
        ("I want to die", english_words.DESPAIR, english_words.COMPANY),
        ("They won't let me leave, I am in Myanmar", english_words.DANGER, english_words.SAFETY),
    ],
)
def test_who_is_in_need_in_english_is_not_left_alone(chat, said, first, then):
    chat.say("登记")
    assert chat.say(said) == first
    assert chat.say("ok") == then
    assert chat.say("nobody is here with me") == then


def test_any_other_english_gets_the_safe_rule_once_in_full_and_goes_to_the_editors(chat):
    shown = chat.say("They offer a part-time job, liking videos for money")
    assert shown.startswith(english_words.SAFE) and shown.endswith(english_words.SEND)
    assert "msgmenuid=open-shuadan" in shown and "没见过" not in shown and len(shown.encode()) < 2000
    assert kept(chat.kit) == 1
    again = chat.say("The manager wants a deposit from me tomorrow")
    assert again.startswith(english_words.SHORTLY) and english_words.SAFE not in again
    assert kept(chat.kit) == 2


def test_courtesy_in_english_is_no_question_for_the_editors(chat):
    assert chat.say("Thank you very much!") == english_words.WELCOME
    assert chat.say("Good morning, how are you?") == english_words.HELLO
    assert chat.say("Can you help me?") == english_words.HELLO
    assert "msgmenucontent=登记" in chat.say("How can I register?")
    assert "请发单位名称" in chat.say("登记", menu_id="register")
    assert kept(chat.kit) == 0


def test_words_in_chinese_beside_it_are_still_heard(chat):
    assert chat.say("你好 hello").startswith("您好，这里是")
    assert chat.say("我被骗了三千 please help me").startswith(FIRST_MINUTES)
    assert "刷单" in Chat(chat.kit).say("刷单part-time job能做吗")


def test_the_title_of_a_link_is_nobodys_loss(chat):
    shown = chat.send(chat.incoming(kind="link", fields={"Title": "I was scammed by my best friend"}))
    assert shown.startswith(english_words.SAFE)


@pytest.mark.parametrize(
    "said",
    lines("""there is a fire in the grassland
our ger is burning
we are lost in the snow
my car is stuck in a snow storm
my son is missing
my friend fell from a horse and does not move
my friend can't breathe
my boss locked us in the factory
he has a gun"""),
)
def test_danger_on_the_grassland_is_heard_in_english(chat, said):
    assert chat.say(said) == english_words.DANGER


@pytest.mark.parametrize(
    "said", ["life has no meaning", "nobody will miss me", "i feel hopeless", "goodbye forever"]
)
def test_despair_in_other_words(chat, said):
    assert chat.say(said) == english_words.DESPAIR


@pytest.mark.parametrize(
    "said",
    [
        "my parcel is missing in the list",
        "i can not move the money to my card",
        "i am lost, what is this account",
        "goodbye everyone",
        "can not speak chinese",
        "my dog is missing you",
        "are you human",
    ],
)
def test_what_is_missing_otherwise_is_no_danger(chat, said):
    assert chat.say(said) not in (english_words.DANGER, english_words.DESPAIR)


def test_a_face_that_was_scanned_is_given():
    assert english_needs.losing("my face was scanned by them")
