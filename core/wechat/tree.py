"""The elements of a callback body: parsed without recursion or entities, bounded, plain ones kept apart."""

from xml.parsers import expat

MAX_BYTES = 64 * 1024
MAX_DEPTH = 6
MAX_ELEMENTS = 512
UTF_16 = (b"\xff\xfe", b"\xfe\xff")

HEADER = frozenset(
    {"ToUserName", "FromUserName", "CreateTime", "MsgType", "MsgId"}
    | {"Content", "bizmsgmenuid", "Event", "EventKey"}
)
# What the product reads by name may neither nest nor repeat; any other element may nest.
PLAIN = HEADER | frozenset(
    {"Encrypt", "OpenID", "MsgID", "Status", "Ticket", "MenuId", "MediaId", "ThumbMediaId", "PicUrl"}
    | {"Format", "Recognition", "Title", "Description", "Url", "Label", "Location_X", "Location_Y", "Scale"}
    | {"RevokeInfo", "AppID", "UnionID"}
)
LISTS = frozenset({"SubscribeMsgPopupEvent", "SubscribeMsgChangeEvent", "SubscribeMsgSentEvent"})


class Malformed(Exception):
    """The body is not a message of the platform. Its text is a fixed phrase and never quotes the body."""


class _Node:
    """One element: its name, its text and its children."""

    __slots__ = ("children", "name", "parts")

    def __init__(self, name: str) -> None:
        self.name = name
        self.parts: list[str] = []
        self.children: list[_Node] = []

    def text(self) -> str:
        return "".join(self.parts).strip()


class _Builder:
    """Expat's callbacks: build the tree with a bounded depth and size, refuse any DOCTYPE."""

    __slots__ = ("count", "root", "stack")

    def __init__(self) -> None:
        self.root = _Node("")
        self.stack, self.count = [self.root], 0

    def start(self, name: str, _attributes: dict[str, str]) -> None:
        self.count += 1
        if self.count > MAX_ELEMENTS or len(self.stack) > MAX_DEPTH:
            raise Malformed("too many elements")
        node = _Node(name)
        self.stack[-1].children.append(node)
        self.stack.append(node)

    def end(self, _name: str) -> None:
        self.stack.pop()

    def text(self, data: str) -> None:
        self.stack[-1].parts.append(data)

    def doctype(self, *_declaration: object) -> None:
        raise Malformed("a DOCTYPE is refused")


def _tree(xml: bytes) -> _Node:
    if not xml or len(xml) > MAX_BYTES:
        raise Malformed("empty or too long")
    if xml.startswith(UTF_16) or b"\0" in xml:  # expat would follow these, whatever encoding it is told
        raise Malformed("not UTF-8")
    builder = _Builder()
    parser = expat.ParserCreate("UTF-8")
    parser.buffer_text = True
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.text
    parser.StartDoctypeDeclHandler = builder.doctype
    try:
        parser.Parse(xml, True)
    except expat.ExpatError:
        raise Malformed("not well-formed XML in UTF-8") from None
    root = builder.root.children[0]
    if root.name != "xml" or root.text():
        raise Malformed("the root is not a plain <xml>")
    return root


class Contents:
    """The top-level elements, sorted: plain ones, nested ones flattened, List entries."""

    __slots__ = ("listed", "nested", "plain")

    def __init__(self, root: _Node) -> None:
        self.plain: dict[str, str] = {}
        self.nested: dict[str, str] = {}
        self.listed: list[dict[str, str]] = []
        branches: list[_Node] = []
        for node in root.children:
            if node.children:
                branches.append(node)
            elif node.name in self.plain:
                raise Malformed("an element is repeated")
            else:
                self.plain[node.name] = node.text()
        self._add_all(branches)

    def _add_all(self, branches: list[_Node]) -> None:
        for node in branches:
            if node.name in PLAIN or node.name in self.plain:
                raise Malformed("an element is nested or repeated")
            if node.name in LISTS:
                self.listed += [_entry(child) for child in node.children if child.children]
        others = [node for node in branches if node.name not in LISTS]
        _flatten("", others, self.nested)


def _entry(node: _Node) -> dict[str, str]:
    names = {child.name for child in node.children}
    if node.name != "List" or len(names) < len(node.children) or any(c.children for c in node.children):
        raise Malformed("a list entry is not plain")
    return {child.name: child.text() for child in node.children}


def _flatten(prefix: str, nodes: list[_Node], into: dict[str, str]) -> None:
    seen: dict[str, int] = {}
    for node in nodes:
        nth = seen[node.name] = seen.get(node.name, -1) + 1
        path = f"{prefix}{node.name}[{nth}]" if nth else f"{prefix}{node.name}"
        if not node.children:
            into[path] = node.text()
        elif node.text():
            raise Malformed("text beside elements")
        _flatten(path + ".", node.children, into)


def contents_of(xml: bytes) -> Contents:
    """The elements of a body of at most 64 KB in UTF-8; raises Malformed and nothing else."""
    return Contents(_tree(xml))
