"""The one folder that knows wechatpy: callbacks in, replies out, and the calls to the platform."""

from core.wechat.client import MemoryTokenStore, StableClient, TokenStore
from core.wechat.crypto import Crypto
from core.wechat.door import Doorman, Forged, Mode, Opened, TooLarge
from core.wechat.gateway import FollowerPage, Gateway, Media, Person, QrCode, WeChatGateway
from core.wechat.incoming import Incoming, Malformed, read
from core.wechat.outcome import CallFailed, Outcome, outcome_of
from core.wechat.reply import ACK, Article, News, Reply, Text, clean, legal, render, seal, split

__all__ = [
    "ACK",
    "Article",
    "CallFailed",
    "Crypto",
    "Doorman",
    "FollowerPage",
    "Forged",
    "Gateway",
    "Incoming",
    "Malformed",
    "Media",
    "MemoryTokenStore",
    "Mode",
    "News",
    "Opened",
    "Outcome",
    "Person",
    "QrCode",
    "Reply",
    "StableClient",
    "Text",
    "TokenStore",
    "TooLarge",
    "WeChatGateway",
    "clean",
    "legal",
    "outcome_of",
    "read",
    "render",
    "seal",
    "split",
]
