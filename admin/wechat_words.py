"""What WeChat's refusal means, for somebody of the office: what happened, and whom to ask."""

from collections.abc import Mapping

WORDS: Mapping[str, str] = {
    "transient": "微信暂时没有回应，请过几分钟再试。",
    "unsure": "微信没有回应，不知道有没有办成，请过几分钟看一看再决定。",
    "token": "微信不认我们的凭证，系统会自动换新的，请过几分钟再试；一直这样请找系统管理员。",
    "minute": "刚才调用太密，请过一分钟再试。",
    "quota": "微信给本号的当日次数用完了，明天会恢复。",
    "config": "公众号的设置或权限不对（密钥、服务器地址名单或接口权限），请找系统管理员。",
    "banned": "微信停了本号的这项能力，请登录公众平台查看通知。",
    "content": "微信认为内容不合规，请改了文字再试。",
    "bad_request": "微信不接受这个内容，请把这句话告诉系统管理员。",
}
USUAL = "微信没有办成，原因没有说清，请找系统管理员看记录。"


def trouble(outcome: str) -> str:
    """A sentence for an outcome of core.wechat.outcome."""
    return WORDS.get(outcome, USUAL)
