"""The office's own words: roles, what the audit log says, and a sentence for each thing that can go wrong."""

from collections.abc import Mapping

ROLES: Mapping[str, str] = {
    "admin": "管理员",
    "editor": "编辑",
    "reviewer": "审核",
    "liaison": "单位联络员",
    "school": "学校",
    "viewer": "查看",
}
ACTIONS: Mapping[str, str] = {
    "sign-in": "登录",
    "sign-out": "退出登录",
    "password": "修改密码",
}
SENTENCES: Mapping[int, tuple[str, str]] = {
    400: ("这次提交没有成功", "页面放得太久或内容不完整。请返回上一页，刷新后再提交。"),
    403: ("没有权限", "您的账号不能打开这个页面或做这个操作。需要时请联系反诈办管理员。"),
    404: ("没有找到", "这个页面或这条记录不存在，可能已被移走。"),
    405: ("不能这样打开", "这个地址不能直接打开，请从页面上的按钮进入。"),
    413: ("内容太大", "提交的内容超过了允许的大小，请减少后再试。"),
    429: ("尝试次数太多", "请过几分钟再试。"),
    500: ("系统出错了", "这次没有办成，出错情况已经记录。请稍后再试；一直这样请联系系统管理员。"),
    503: ("数据库暂时连不上", "刚才的操作没有保存，已有的数据不受影响。请过一分钟刷新本页。"),
}
"""HTTP status -> (heading, what happened and what to do next)."""
