"""Numbers that are kept as they were typed, with a word where they look like a slip of the finger."""

from bot.registry.models import AppReport


def of_head_count(people: int, number: int) -> list[str]:
    """`people` are registered, `number` should be: the rate would be none, or more than all."""
    if number == 0:
        return ["注意：人数是 0，登记率会显示为“—”。"]
    if people <= number:
        return []
    return [
        f"注意：现在已登记 {people:,} 人（含下级），比 {number:,} 人多，登记率会超过 100%。请再核对这个数。"
    ]


def of_total(made: AppReport, before: AppReport | None, head_count: int | None) -> str:
    """Fewer than the report before it, or more than all; "" for a total like others."""
    if before is not None and made.total < before.total:
        return f"请核对：比 {before.day} 报的 {before.total:,} 人少 {before.total - made.total:,} 人。报错了可以更正。"
    if head_count is not None and made.total > head_count:
        return f"请核对：比应安装人数 {head_count:,} 人多，安装率会超过 100%。"
    return ""
