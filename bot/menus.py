"""The door through which the bottom menu goes into WeChat: read, send with no transaction open, remember."""

from bot.kit import Kit
from bot.registry import menu
from bot.registry.menu import Button


def push(kit: Kit, actor: str) -> list[Button]:
    """Replace WeChat's menu by the saved one and remember it. Raises CallFailed; nothing is remembered then."""
    with kit.db.reading() as session:
        buttons: list[Button] = menu.menu_now(session).value
    kit.wechat.create_menu(buttons)
    with kit.db.transaction() as session:
        menu.note_pushed(session, buttons, actor, kit.clock())
    return buttons


def push_when_other(kit: Kit, actor: str) -> None:
    """As `push`, unless WeChat shows that menu already."""
    with kit.db.reading() as session:
        ours = menu.outlined(menu.menu_now(session).value)
    if menu.outlined(kit.wechat.get_menu()) != ours:
        push(kit, actor)
