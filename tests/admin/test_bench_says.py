"""The test bench says who answers: under a card or an instruction that is not the library's, no word of “没有认出”."""

import re

import pytest

from admin.bench_words import not_of_the_library
from bot.handlers import ON_TEXT
from tests.admin.conftest import send
from tests.admin.test_library import editor, shelf  # noqa: F401  fixtures


def judged(browser, say):
    page = send(browser, "/admin/library/bench", say=say).text
    return re.search(r"<dt>判断</dt><dd>(.*?)</dd>", page, re.S)[1].strip(), page


@pytest.mark.parametrize(
    ("say", "why"),
    [
        ("我刚把钱转给骗子了怎么办", "紧急：先给急救卡"),
        ("110", "紧急：求助、报警"),
        ("登记", "办登记"),
        ("注销", "办登记"),
        ("你好", "招呼、帮助"),
        ("骗局大全", "打开骗局大全"),
        ("刷单返利", "按名字打开这一类"),
        ("没用", "接着上一句"),
    ],
)
def test_what_the_library_does_not_answer_is_not_called_unknown(editor, say, why):  # noqa: F811
    said, page = judged(editor, say)
    assert why in said and "没有认出" not in page
    assert "案例库怎么看（这一次没有用上）" in page


def test_what_the_library_answers_is_judged_as_before(editor):  # noqa: F811
    said, page = judged(editor, "隔壁邻居的羊跑到草场来了")
    assert said == "没有认出" and "没有用上" not in page
    assert "认作一种" in judged(editor, "点赞给钱的兼职能做吗，听说是刷单")[0]


def test_every_gesture_has_its_word():
    others = {handler.__module__.rpartition(".")[2] for handler in ON_TEXT} - {"library"}
    assert [name for name in others if not not_of_the_library(name, "chat", urgent=False)] == []
    assert not_of_the_library("library", "unknown", urgent=False) == ""
