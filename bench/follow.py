"""How soon every web process answers with a model fitted meanwhile: three processes at three ports, each asked by itself."""

import json
import time
import urllib.request
from contextlib import ExitStack

from bench import postman
from bench.callback import FAN
from bench.house import House, free_port

PROCESSES = 3
PLACES = ("牧点", "旗里", "镇上", "嘎查", "煤矿", "市场", "学校门口", "车站")
GOODS = ("绒毛毯", "驼毛被", "羊皮袄", "毡靴", "马头琴", "银碗", "奶桶", "鞍垫")
TOLD = "{place}有人说替他晾晒{goods}就给晒绒补贴，先交晒绒押金，交完晒绒押金人就找不着了。"
ASKED = "替他在家晾晒毡靴能领晒绒补贴吗，晒绒补贴"


def measure(house: House, type_code: str, name: str) -> tuple[list[str], float]:
    """What the processes said before, and the seconds from the end of a fit until all of them name the type.

    The house is furnished; cases nobody could know are imported, and no alias and no question: only a model
    fitted afterwards can answer. Raises RuntimeError when a command fails or a process does not follow in a minute.
    """
    ports = [free_port() for _ in range(PROCESSES)]
    _command(house, "fit", "--accept")
    with ExitStack() as stack:
        for port in ports:
            stack.enter_context(house.serving(workers=1, port=port))
        before = [_ask(port) for port in ports]
        lines = [
            {"type": type_code, "title": f"{place}晒{goods}", "text": TOLD.format(place=place, goods=goods)}
            for place in PLACES
            for goods in GOODS
        ]
        file = house.folder / "told.jsonl"
        file.write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in lines), "utf-8")
        _command(house, "import-cases", str(file))
        _command(house, "fit", "--accept")
        began = time.monotonic()
        waiting = set(ports)
        while waiting and time.monotonic() - began < 60:
            waiting = {port for port in waiting if name not in _ask(port)}
        if waiting:
            raise RuntimeError(f"{len(waiting)} processes do not follow")
        return before, time.monotonic() - began


def _ask(port: int) -> str:
    """The process's answer to words it has not met before, of somebody who has not spoken: no lines to read together."""
    now = time.monotonic_ns()
    asked, fan = f"{ASKED}{100 + now % 900}块", f"{FAN[:-10]}{now % 10**10:010}"
    query, body = postman.sealed(postman.text_xml(fan, asked, now))
    request = urllib.request.Request(f"http://127.0.0.1:{port}/wechat?{query}", body)
    with urllib.request.urlopen(request, timeout=10) as answer:
        return postman.opened(answer.read()).decode()


def _command(house: House, *words: str) -> None:
    done = house.command(*words)
    if done.returncode:
        raise RuntimeError(f"{words}: {done.stderr[-2000:]}")
