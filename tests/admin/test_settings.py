"""The pages on which the office sets things itself."""

import re

import pytest

from bot.registry import consent, menu, options
from bot.registry.options import read_options
from tests.admin.conftest import send, signed_in, staff_with, token
from tests.handlers.conftest import Chat, few_types, house  # noqa: F401  the county of the chat

SETTINGS = "/admin/settings"
FIRST = "第一个人写的：登记只存单位和时间，发送“注销”就会删除。"
SECOND = "第二个人写的：登记只存单位和时间，发送“注销”就会删除。"


def sent(browser, name, go="save", page=None, **fields):
    return send(browser, f"{SETTINGS}/{name}", page, go=go, **fields)


@pytest.fixture
def two(app, db, real_clock):
    """Two people of the office, each in a browser of their own."""
    people = [staff_with(db, "admin", login=login) for login in ("zhang", "li")]
    return [signed_in(app.test_client(), person, real_clock()) for person in people]


def version(browser, name):
    return browser.get(f"{SETTINGS}/{name}").text.split('name="version" value="')[1].split('"')[0]


def saved(browser, name, **fields):
    return sent(browser, name, version=version(browser, name), **fields)


def held(db):
    with db.reading() as session:
        return read_options(session)


def test_every_topic_is_saved_as_it_was_typed(as_role, db):
    browser = as_role("admin")
    assert saved(browser, "county_name", text=" 演示旗 ").status_code == 302
    assert (
        saved(browser, "hotlines", text="报警 110\n反诈专线：96110\n反诈办 0470－123 4567").status_code == 302
    )
    assert saved(browser, "welcome", text="欢迎关注〔旗县〕反诈。").status_code == 302
    assert saved(browser, "target", percent="80%", day="2026-12-31").status_code == 302
    assert saved(browser, "size_bands", text="50，300").status_code == 302
    assert saved(browser, "promoter_goal", text="25").status_code == 302
    now = held(db)
    assert now.county_name == "演示旗" and now.welcome == "欢迎关注〔旗县〕反诈。" and now.promoter_goal == 25
    assert now.hotlines[-1] == ("反诈办", "0470-123-4567") and now.size_bands == (50, 300)
    assert now.target_rate == 0.8 and f"{now.target_day}" == "2026-12-31"
    page = browser.get(SETTINGS).text
    assert "演示旗" in page and "2026-12-31 前达到 80%" in page and "每人 25 人" in page


@pytest.mark.parametrize(
    ("name", "fields", "said"),
    [
        ("welcome", {"text": ""}, "欢迎语不能为空"),
        ("welcome", {"text": "<a href='http://x'>点</a>"}, "不能有 &lt; 和 &gt;"),
        ("welcome", {"text": "欢" * 200}, "太长"),
        ("consent", {"text": "说" * 400}, "太长"),
        ("consent", {"text": "同意"}, "至少 20 个字"),
        ("consent", {"text": "我们只保存您登记的单位和时间，用来统计人数。"}, "写明发送“注销”"),
        ("county_name", {"text": "长" * 40}, "太长"),
        ("hotlines", {"text": "反诈办 0470-1234567"}, "110、96110 必须保留"),
        ("hotlines", {"text": "报警110"}, "第 1 行"),
        (
            "hotlines",
            {"text": "报警 110\n反诈 96110\n" + "\n".join(f"甲{n} 1{n}" for n in range(5))},
            "最多 6 个",
        ),
        ("target", {"percent": "80", "day": ""}, "同时填"),
        ("target", {"percent": "101", "day": "2026-12-31"}, "不超过 100"),
        ("target", {"percent": "nan", "day": "2026-12-31"}, "不超过 100"),
        ("target", {"percent": "80", "day": "2020-01-01"}, "今天以后"),
        ("size_bands", {"text": "500,100"}, "从小到大"),
        ("size_bands", {"text": "一百"}, "用逗号分开"),
        ("promoter_goal", {"text": "0"}, "1 到 1000"),
        ("promoter_goal", {"text": "9" * 30}, "1 到 1000"),
    ],
)
def test_what_cannot_be_is_said_with_the_reason_and_what_was_typed_stays(as_role, db, name, fields, said):
    browser = as_role("admin")
    before = held(db)
    answer = sent(browser, name, version="0", **fields)
    assert answer.status_code == 400 and said in answer.text
    assert all(
        value.replace("<", "&lt;").replace(">", "&gt;").replace("'", "&#39;") in answer.text
        for value in fields.values()
    )
    assert held(db) == before


def test_looking_at_the_effect_keeps_nothing_and_shows_it(as_role, db):
    answer = sent(as_role("admin"), "welcome", go="preview", version="0", text="您好，这里是反诈办。")
    assert answer.status_code == 200
    assert "您好，这里是反诈办。\n您扫的是" in answer.text and "字节" in answer.text
    assert "<del>欢迎关注，这里帮您识别诈骗。</del><ins>您好，这里是反诈办。</ins>" in answer.text
    assert held(db).welcome == options.WELCOME


@pytest.mark.parametrize("name", ["welcome", "consent"])
def test_the_second_of_two_sees_what_the_first_one_wrote_and_decides(two, db, name):
    first, second = two
    was = version(first, name)
    assert sent(first, name, version=was, text=FIRST).status_code == 302
    answer = sent(second, name, version=was, text=SECOND)
    assert answer.status_code == 409
    assert FIRST in answer.text and SECOND in answer.text and "已经改过这一项" in answer.text
    again = answer.text.split('name="version" value="')[1].split('"')[0]
    assert sent(second, name, version=again, text=SECOND).status_code == 302
    with db.reading() as session:
        now = consent.latest(session).value if name == "consent" else read_options(session).welcome
    assert now == SECOND


def test_a_button_pressed_twice_saves_once(as_role, db):
    browser = as_role("admin")
    fields = {
        "csrf_token": token(browser, f"{SETTINGS}/promoter_goal"),
        "go": "save",
        "version": "0",
        "text": "12",
    }
    assert browser.post(f"{SETTINGS}/promoter_goal", data=fields).status_code == 302
    assert browser.post(f"{SETTINGS}/promoter_goal", data=fields).status_code == 409
    with db.reading() as session:
        assert [one.version for one in options.settings(session, "promoter_goal")] == [1]


@pytest.mark.parametrize("sent_version", ["", "-1", "x", "99999999999999999999", "٣"])
def test_a_forged_version_never_overwrites(as_role, db, sent_version):
    browser = as_role("admin")
    assert sent(browser, "promoter_goal", version=sent_version, text="12").status_code == 400
    saved(browser, "promoter_goal", text="13")
    assert sent(browser, "promoter_goal", version=sent_version, text="12").status_code == 409
    assert held(db).promoter_goal == 13


def test_a_change_reaches_the_chat_at_the_next_message(as_role, house):  # noqa: F811
    chat = Chat(house)
    assert "欢迎关注" in chat.follow()
    browser = as_role("admin")
    saved(browser, "welcome", text="您好，这里是〔旗县〕。")
    saved(browser, "county_name", text="演示旗")
    assert Chat(house).follow().startswith("您好，这里是演示旗。")
    assert "演示旗反诈服务号" in chat.say("你好")


def test_the_consent_page_counts_who_agreed_to_which_version(as_role, house):  # noqa: F811
    Chat(house).registered()
    browser = as_role("admin")
    saved(browser, "consent", text="新的说明：单位可以用名单核对登记没登记，发送“注销”就会删除。")
    Chat(house).registered()
    page = browser.get(f"{SETTINGS}/consent").text
    assert page.count("第 2 版") == 1 and page.count("第 1 版") == 1
    assert page.count('class="text-end">1<') == 2
    assert "第十四条" in page


def test_the_audit_says_it_in_words(as_role, db):
    browser = as_role("admin")
    saved(browser, "hotlines", text="报警 110\n反诈专线 96110\n反诈办 12345")
    saved(browser, "hotlines", text="报警 110\n反诈专线 96110")
    page = browser.get("/admin/audit").text
    assert "修改设置" in page and "值班电话" in page and "反诈办12345" in page


def row(n, name="", does="", url="", entry=None):
    at = f"tops-{n}-" + ("" if entry is None else f"entries-{entry}-")
    return {f"{at}name": name, f"{at}does": does, f"{at}url": url}


def typed(name="我已转账"):
    return (
        row(0, name, "PAID")
        | row(1, "更多")
        | row(1, "案例", "LEARN", entry=0)
        | row(1, "网站", "page", "https://x.cn", entry=1)
    )


def test_a_menu_is_shown_saved_and_stays_unpushed(as_role, db):
    browser = as_role("admin")
    shown = sent(browser, "menu", go="preview", version="0", **typed())
    assert shown.status_code == 200 and "≡ 更多" in shown.text and ">网站</li>" in shown.text
    assert saved(browser, "menu", **typed()).status_code == 302
    with db.reading() as session:
        assert menu.outlined(menu.menu_now(session).value) == [
            "我已转账 → 我已经转账了：急救卡", "更多", "　案例 → 骗局大全", "　网站 → https://x.cn",
        ]  # fmt: skip
        assert menu.pushed(session).version == 0
    page = browser.get(f"{SETTINGS}/menu").text
    assert "从这里还没有推送过" in page and 'value="https://x.cn"' in page


def test_a_menu_without_first_aid_is_refused_and_what_was_typed_stays(as_role):
    answer = sent(as_role("admin"), "menu", version="0", **row(0, "案例", "LEARN"))
    assert answer.status_code == 400 and "必须有" in answer.text and 'value="案例"' in answer.text


@pytest.mark.parametrize(
    ("given", "said", "field"),
    [
        (row(1, "", "LEARN"), "第 2 个按钮没有名称。", "tops-1-name"),
        (row(1, "") | row(1, "案例", "LEARN", entry=0), "第 2 个按钮没有名称。", "tops-1-name"),
        (row(1, "网站", "LEARN", "https://x.cn"), "第 2 个按钮填了网址", "tops-1-does"),
        (row(1, "", "", "https://x.cn"), "第 2 个按钮没有名称。", "tops-1-name"),
        (
            row(1, "更多") | row(1, "案例", entry=2),
            "第 2 个按钮的第 3 项“案例”还没有选",
            "tops-1-entries-2-does",
        ),
        (row(1, "更多", "", "https://x.cn"), "第 2 个按钮填了网址", "tops-1-does"),
    ],
)
def test_a_fault_of_the_menu_names_the_row_and_marks_the_field(as_role, given, said, field):
    answer = sent(as_role("admin"), "menu", version="0", **row(0, "我已转账", "PAID") | given)
    assert answer.status_code == 400 and said in answer.text
    marked = [tag for tag in re.findall(r"<(?:input|select)[^>]*>", answer.text) if "is-invalid" in tag]
    assert f'name="{field}"' in "".join(marked)


def test_the_second_of_two_sees_the_menu_of_the_first(two):
    first, second = two
    sent(first, "menu", version="0", **typed("甲"))
    answer = sent(second, "menu", version="0", **typed("乙"))
    assert answer.status_code == 409 and "甲 → 我已经转账了" in answer.text and 'value="乙"' in answer.text
