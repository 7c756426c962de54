"""How people say what is offered to them: who they are, and who a relative is. Codes → words, without 我 and 我是."""

AUDIENCES = {
    "resident": "居民 群众 老百姓 普通人 村民 家庭主妇 主妇 无业 待业",
    "employee": "职工 上班的 上班族 员工 公务员 干部 教师 老师 医生 护士 工人 打工 打工的 司机",
    "parent": "家长 学生家长 孩子家长 宝妈 宝爸",
    "student": "学生 大学生 中学生 小学生 高中生 初中生",
    "trader": "个体 个体户 个体商户 开店的 商户 做生意 做生意的 老板",
    "herder": "农牧民 牧民 农民 种地的 放羊的 放牧的 种地 放牧",
    "elder": "老年人 老人 退休 退休了 退休的 退休职工",
    "finance": "财务 财务人员 会计 出纳",
    "migrant": "务工 务工人员 农民工 外地打工 在外打工",
}
RELATIONS = {
    "parent": "爸 妈 爸爸 妈妈 父亲 母亲 老爸 老妈 爹 娘 公公 婆婆 岳父 岳母 丈人 丈母娘 父母",
    "grandparent": "爷爷 奶奶 姥姥 姥爷 外公 外婆 祖父 祖母 爷 奶 祖父母",
    "spouse": "老公 老婆 丈夫 妻子 媳妇 老伴 爱人 对象 配偶",
    "child": "儿子 女儿 闺女 孩子 儿媳 儿媳妇 女婿 子女",
    "grandchild": "孙子 孙女 外孙 外孙女 孙子女",
    "sibling": "哥 哥哥 姐 姐姐 弟 弟弟 妹 妹妹 兄弟 姐妹 兄弟姐妹",
    "other": "叔 叔叔 姑 姑姑 舅 舅舅 姨 姨妈 婶 婶婶 伯伯 大爷 侄子 侄女 外甥 嫂子 亲戚 其他",
}


def meant(typed: str, table: dict[str, str]) -> str | None:
    """The code whose words `typed` is, or None."""
    said = typed.removeprefix("是").removeprefix("我").removeprefix("是").removeprefix("的")
    return next((code for code, words in table.items() if said in words.split()), None)
