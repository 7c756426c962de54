import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.content.mask import mask


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("打13800138000找我", "13800138000"),
        ("打138 0013 8000找我", "8000"),
        ("卡号6222-0212-3456-7890", "7890"),
        ("身份证15262419900101123X", "123X"),
        ("验证码是482913", "482913"),
        ("验证码４８２９１３", "４８２"),
        ("验证码4829", "4829"),
        ("一三八零零一三八零零零是我的号", "零零一三八"),
        ("写信到 wang.wu@example.com", "wang.wu"),
        ("点 https://a.example/x?token=abc123", "abc123"),
        ("加微信abc_123x聊", "abc_123x"),
        ("QQ：20011", "20011"),
        ("密码是hunter2", "hunter2"),
        ("我叫张三丰，今年六十", "张三丰"),
        ("我叫李小明", "李小明"),
        ("我姓欧", "欧"),
        ("姓名：巴特尔", "巴特尔"),
        ("王建国经理让我垫钱", "王建国"),
        ("尊敬的张伟女士", "张伟"),
        ("叫我小王就行", "小王"),
        ("户名：李小红", "李小红"),
    ],
)
def test_what_points_at_a_person_goes(text, secret):
    assert secret not in mask(text)


@pytest.mark.parametrize(
    "text",
    [
        "我转了50000元，要紧吗", "2024年的事", "要我交1888.88元", "96110打来的", "12381发短信了", "他叫我转账", "老师叫孩子交钱",
        "做三单返八块钱", "对方姓什么不知道", "说我百万保障到期要扣800", "马上转账到安全账户",
    ],
)  # fmt: skip
def test_what_was_asked_stays(text):
    assert mask(text) == text


def test_the_sense_around_a_secret_stays():
    masked = mask("客服让我把验证码482913告诉他，点http://a.cn/x?id=9")
    assert masked == "客服让我把验证码******告诉他，点http://a.cn/x?***"


@given(st.text(max_size=300), st.integers(10**10, 10**18))
def test_a_long_number_never_survives(around, number):
    assert str(number) not in mask(f"{around} {number} {around}")
