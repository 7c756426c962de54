"""Wire samples of the platform: every message and event of the public documentation, and broken ones."""

HEADER = (
    "<ToUserName><![CDATA[gh_abc]]></ToUserName><FromUserName><![CDATA[oABC]]></FromUserName>"
    "<CreateTime>1700000000</CreateTime>"
)


def xml(inner: str, header: str = HEADER) -> bytes:
    return f"<xml>{header}{inner}</xml>".encode()


def message(kind: str, rest: str, number: str = "<MsgId>1</MsgId>") -> bytes:
    return xml(f"<MsgType><![CDATA[{kind}]]></MsgType>{rest}{number}")


def event(name: str, rest: str = "") -> bytes:
    return xml(f"<MsgType><![CDATA[event]]></MsgType><Event><![CDATA[{name}]]></Event>{rest}")


TEXT = message("text", "<Content><![CDATA[你好😀/:,@P]]></Content>", "<MsgId>1234567890123456</MsgId>")

# name: (body, what Incoming must hold)
GOLDEN: dict[str, tuple[bytes, dict[str, object]]] = {
    "text": (TEXT, {"key": "m:1234567890123456", "kind": "text", "text": "你好😀/:,@P"}),
    "image": (
        message("image", "<PicUrl><![CDATA[u]]></PicUrl><MediaId><![CDATA[m]]></MediaId>"),
        {"key": "m:1", "kind": "image", "fields": {"PicUrl": "u", "MediaId": "m"}},
    ),
    "voice": (
        message(
            "voice",
            "<MediaId><![CDATA[m]]></MediaId><Format><![CDATA[amr]]></Format>"
            "<Recognition><![CDATA[腾讯]]></Recognition><MediaId16K><![CDATA[m16]]></MediaId16K>",
        ),
        {
            "kind": "voice",
            "fields": {"MediaId": "m", "Format": "amr", "Recognition": "腾讯", "MediaId16K": "m16"},
        },
    ),
    "voice_without_recognition": (
        message("voice", "<MediaId><![CDATA[m]]></MediaId><Recognition/>"),
        {"kind": "voice", "fields": {"MediaId": "m", "Recognition": ""}},
    ),
    "video": (
        message("video", "<MediaId><![CDATA[m]]></MediaId><ThumbMediaId><![CDATA[t]]></ThumbMediaId>"),
        {"kind": "video", "fields": {"MediaId": "m", "ThumbMediaId": "t"}},
    ),
    "shortvideo": (
        message("shortvideo", "<MediaId><![CDATA[m]]></MediaId><ThumbMediaId><![CDATA[t]]></ThumbMediaId>"),
        {"kind": "shortvideo", "fields": {"MediaId": "m", "ThumbMediaId": "t"}},
    ),
    "location": (
        message(
            "location",
            "<Location_X>23.1</Location_X><Location_Y>113.3</Location_Y><Scale>20</Scale>"
            "<Label><![CDATA[x]]></Label>",
        ),
        {
            "kind": "location",
            "fields": {"Location_X": "23.1", "Location_Y": "113.3", "Scale": "20", "Label": "x"},
        },
    ),
    "link": (
        message(
            "link",
            "<Title><![CDATA[t]]></Title><Description><![CDATA[d]]></Description><Url><![CDATA[u]]></Url>",
        ),
        {"kind": "link", "fields": {"Title": "t", "Description": "d", "Url": "u"}},
    ),
    "miniprogrampage": (
        message(
            "miniprogrampage",
            "<Title><![CDATA[t]]></Title><AppId><![CDATA[a]]></AppId><PagePath><![CDATA[p]]></PagePath>",
        ),
        {
            "kind": "other",
            "fields": {"Title": "t", "AppId": "a", "PagePath": "p", "MsgType": "miniprogrampage"},
        },
    ),
    "file": (
        message("file", "<Title><![CDATA[t]]></Title><FileTotalLen>9</FileTotalLen>"),
        {"kind": "other", "fields": {"Title": "t", "FileTotalLen": "9", "MsgType": "file"}},
    ),
    "bizmsgmenuid": (
        message(
            "text", "<Content><![CDATA[满意]]></Content>", "<MsgId>1</MsgId><bizmsgmenuid>101</bizmsgmenuid>"
        ),
        {"kind": "text", "text": "满意", "menu_id": "101", "fields": {}},
    ),
    "ev_subscribe": (
        event("subscribe", "<EventKey><![CDATA[]]></EventKey>"),
        {"key": "e:oABC:1700000000:subscribe:", "kind": "event", "event": "subscribe", "scene": ""},
    ),
    "ev_subscribe_scan": (
        event("subscribe", "<EventKey><![CDATA[qrscene_c=1]]></EventKey><Ticket><![CDATA[T]]></Ticket>"),
        {
            "key": "e:oABC:1700000000:subscribe:qrscene_c=1",
            "event": "subscribe",
            "scene": "c=1",
            "event_key": "qrscene_c=1",
            "fields": {"Ticket": "T"},
        },
    ),
    "ev_subscribe_lasttradeno": (
        event("subscribe", "<EventKey><![CDATA[last_trade_no_4200000000]]></EventKey>"),
        {"event": "subscribe", "scene": "", "event_key": "last_trade_no_4200000000"},
    ),
    "ev_unsub": (
        event("unsubscribe", "<EventKey><![CDATA[]]></EventKey>"),
        {"key": "e:oABC:1700000000:unsubscribe:", "event": "unsubscribe"},
    ),
    "ev_scan": (
        event("SCAN", "<EventKey><![CDATA[c=1]]></EventKey><Ticket><![CDATA[T]]></Ticket>"),
        {"key": "e:oABC:1700000000:scan:c=1", "event": "scan", "scene": "c=1", "event_key": "c=1"},
    ),
    "ev_location": (
        event(
            "LOCATION",
            "<Latitude>23.1</Latitude><Longitude>113.3</Longitude><Precision>119.3</Precision>",
        ),
        {
            "event": "location",
            "fields": {"Latitude": "23.1", "Longitude": "113.3", "Precision": "119.3"},
        },
    ),
    "ev_click": (
        event("CLICK", "<EventKey><![CDATA[K]]></EventKey>"),
        {"key": "e:oABC:1700000000:click:K", "event": "click", "event_key": "K", "scene": ""},
    ),
    "ev_view": (
        event("VIEW", "<EventKey><![CDATA[http://x]]></EventKey><MenuId>MENUID</MenuId>"),
        {"event": "view", "event_key": "http://x", "fields": {"MenuId": "MENUID"}},
    ),
    "ev_view_mp": (
        event("view_miniprogram", "<EventKey><![CDATA[pages/index]]></EventKey><MenuId>MENUID</MenuId>"),
        {"event": "view_miniprogram", "event_key": "pages/index"},
    ),
    "ev_scancode_waitmsg": (
        event(
            "scancode_waitmsg",
            "<EventKey><![CDATA[6]]></EventKey><ScanCodeInfo><ScanType><![CDATA[qrcode]]></ScanType>"
            "<ScanResult><![CDATA[2]]></ScanResult></ScanCodeInfo>",
        ),
        {
            "event": "scancode_waitmsg",
            "event_key": "6",
            "fields": {"ScanCodeInfo.ScanType": "qrcode", "ScanCodeInfo.ScanResult": "2"},
        },
    ),
    "ev_pic_sysphoto": (
        event(
            "pic_sysphoto",
            "<EventKey><![CDATA[6]]></EventKey><SendPicsInfo><Count>1</Count><PicList><item>"
            "<PicMd5Sum><![CDATA[1b5f]]></PicMd5Sum></item></PicList></SendPicsInfo>",
        ),
        {
            "event": "pic_sysphoto",
            "fields": {"SendPicsInfo.Count": "1", "SendPicsInfo.PicList.item.PicMd5Sum": "1b5f"},
        },
    ),
    "two_pictures": (
        event(
            "pic_weixin",
            "<SendPicsInfo><Count>2</Count><PicList><item><PicMd5Sum>a</PicMd5Sum></item>"
            "<item><PicMd5Sum>b</PicMd5Sum></item></PicList></SendPicsInfo>",
        ),
        {
            "fields": {
                "SendPicsInfo.Count": "2",
                "SendPicsInfo.PicList.item.PicMd5Sum": "a",
                "SendPicsInfo.PicList.item[1].PicMd5Sum": "b",
            }
        },
    ),
    "ev_location_select": (
        event(
            "location_select",
            "<EventKey><![CDATA[6]]></EventKey><SendLocationInfo><Location_X><![CDATA[23]]></Location_X>"
            "<Location_Y><![CDATA[113]]></Location_Y><Scale><![CDATA[15]]></Scale>"
            "<Label><![CDATA[ x]]></Label><Poiname><![CDATA[]]></Poiname></SendLocationInfo>",
        ),
        {
            "event": "location_select",
            "fields": {
                "SendLocationInfo.Location_X": "23",
                "SendLocationInfo.Location_Y": "113",
                "SendLocationInfo.Scale": "15",
                "SendLocationInfo.Label": "x",
                "SendLocationInfo.Poiname": "",
            },
        },
    ),
    "ev_template": (
        event(
            "TEMPLATESENDJOBFINISH", "<MsgID>200163836</MsgID><Status><![CDATA[failed:user block]]></Status>"
        ),
        {
            "key": "e:templatesendjobfinish:200163836",
            "event": "templatesendjobfinish",
            "fields": {"MsgID": "200163836", "Status": "failed:user block"},
        },
    ),
    "ev_mass": (
        event(
            "MASSSENDJOBFINISH",
            "<MsgID>1000001625</MsgID><Status><![CDATA[err(30003)]]></Status><TotalCount>0</TotalCount>"
            "<FilterCount>0</FilterCount><SentCount>0</SentCount><ErrorCount>0</ErrorCount><CopyrightCheckResult>"
            "<Count>2</Count><ResultList></ResultList><CheckState>2</CheckState></CopyrightCheckResult>"
            "<ArticleUrlResult><Count>1</Count></ArticleUrlResult>",
        ),
        {
            "key": "e:masssendjobfinish:1000001625",
            "event": "masssendjobfinish",
            "fields": {
                "MsgID": "1000001625",
                "Status": "err(30003)",
                "TotalCount": "0",
                "FilterCount": "0",
                "SentCount": "0",
                "ErrorCount": "0",
                "CopyrightCheckResult.Count": "2",
                "CopyrightCheckResult.ResultList": "",
                "CopyrightCheckResult.CheckState": "2",
                "ArticleUrlResult.Count": "1",
            },
        },
    ),
    "ev_sub_popup": (
        event(
            "subscribe_msg_popup_event",
            "<SubscribeMsgPopupEvent><List><TemplateId><![CDATA[T1]]></TemplateId><SubscribeStatusString>"
            "<![CDATA[accept]]></SubscribeStatusString><PopupScene>2</PopupScene></List></SubscribeMsgPopupEvent>",
        ),
        {
            "event": "subscribe_msg_popup_event",
            "listed": ({"TemplateId": "T1", "SubscribeStatusString": "accept", "PopupScene": "2"},),
            "fields": {},
        },
    ),
    "ev_sub_popup_twice": (
        event(
            "subscribe_msg_popup_event",
            "<SubscribeMsgPopupEvent><List><TemplateId>T1</TemplateId></List>"
            "<List><TemplateId>T2</TemplateId></List></SubscribeMsgPopupEvent>",
        ),
        {"listed": ({"TemplateId": "T1"}, {"TemplateId": "T2"})},
    ),
    "ev_sub_change": (
        event(
            "subscribe_msg_change_event",
            "<SubscribeMsgChangeEvent><List><TemplateId><![CDATA[T1]]></TemplateId><SubscribeStatusString>"
            "<![CDATA[reject]]></SubscribeStatusString></List></SubscribeMsgChangeEvent>",
        ),
        {"listed": ({"TemplateId": "T1", "SubscribeStatusString": "reject"},)},
    ),
    "ev_sub_sent": (
        event(
            "subscribe_msg_sent_event",
            "<SubscribeMsgSentEvent><List><TemplateId><![CDATA[T1]]></TemplateId><MsgID>1700827132819554304</MsgID>"
            "<ErrorCode>0</ErrorCode><ErrorStatus><![CDATA[success]]></ErrorStatus></List></SubscribeMsgSentEvent>",
        ),
        {
            "key": "e:subscribe_msg_sent_event:1700827132819554304",
            "listed": (
                {
                    "TemplateId": "T1",
                    "MsgID": "1700827132819554304",
                    "ErrorCode": "0",
                    "ErrorStatus": "success",
                },
            ),
        },
    ),
    "ev_auth_revoke": (
        event(
            "user_authorization_revoke",
            "<OpenID><![CDATA[o]]></OpenID><RevokeInfo><![CDATA[1]]></RevokeInfo>",
        ),
        {"openid": "o", "event": "user_authorization_revoke", "fields": {"OpenID": "o", "RevokeInfo": "1"}},
    ),
    "ev_auth_cancellation": (
        event("user_authorization_cancellation", "<OpenID><![CDATA[o]]></OpenID>"),
        {"openid": "o", "event": "user_authorization_cancellation"},
    ),
    "ev_info_modified": (event("user_info_modified"), {"openid": "oABC", "event": "user_info_modified"}),
    "ev_info_modified_of_someone": (
        event("user_info_modified", "<OpenID><![CDATA[o]]></OpenID>"),
        {"openid": "o", "event": "user_info_modified"},
    ),
    "ev_publishjobfinish": (
        event(
            "PUBLISHJOBFINISH",
            "<PublishEventInfo><publish_id>2247503051</publish_id><publish_status>0</publish_status></PublishEventInfo>",
        ),
        {
            "event": "publishjobfinish",
            "fields": {"PublishEventInfo.publish_id": "2247503051", "PublishEventInfo.publish_status": "0"},
        },
    ),
    "ev_wxa_media_check": (
        event(
            "wxa_media_check",
            "<appid><![CDATA[a]]></appid><trace_id><![CDATA[t]]></trace_id><version>2</version><result>"
            "<suggest><![CDATA[pass]]></suggest><label>100</label></result>",
        ),
        {
            "event": "wxa_media_check",
            "fields": {
                "appid": "a",
                "trace_id": "t",
                "version": "2",
                "result.suggest": "pass",
                "result.label": "100",
            },
        },
    ),
    "an_event_nobody_knows": (
        event("verify_expired", "<ExpiredTime>1442401156</ExpiredTime>"),
        {"event": "verify_expired", "fields": {"ExpiredTime": "1442401156"}},
    ),
}

_KIND = "<MsgType>text</MsgType>"
_BOMB = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))

BROKEN: dict[str, bytes] = {
    "empty": b"",
    "blank": b"  \n",
    "wrong root": TEXT.replace(b"<xml>", b"<html>").replace(b"</xml>", b"</html>"),
    "empty root": b"<xml/>",
    "no MsgType": xml("<Content>x</Content><MsgId>1</MsgId>"),
    "empty MsgType": message("", "<Content>x</Content>"),
    "repeated MsgType": xml(f"{_KIND}{_KIND}<MsgId>1</MsgId>"),
    "repeated FromUserName": xml(f"<FromUserName>oXYZ</FromUserName>{_KIND}<MsgId>1</MsgId>"),
    "repeated unknown element": xml(f"{_KIND}<A>1</A><A>2</A><MsgId>1</MsgId>"),
    "element both plain and nested": xml(f"{_KIND}<A>1</A><A><B>2</B></A><MsgId>1</MsgId>"),
    "nested Content": message("text", "<Content><b>x</b></Content>"),
    "nested FromUserName": xml(f"{_KIND}<MsgId>1</MsgId>", "<FromUserName><a>o</a></FromUserName>"),
    "text beside nested elements": message("text", "<A>x<B>1</B></A>"),
    "text beside the root's elements": message("text", "stray"),
    "MsgId not a number": message("text", "", "<MsgId>abc</MsgId>"),
    "MsgId negative": message("text", "", "<MsgId>-1</MsgId>"),
    "MsgId in other digits": message("text", "", "<MsgId>１２</MsgId>"),
    "MsgId beyond 64 bits": message("text", "", f"<MsgId>{2**64}</MsgId>"),
    "MsgID beyond 64 bits": event("TEMPLATESENDJOBFINISH", f"<MsgID>{'9' * 30}</MsgID>"),
    "CreateTime not a number": TEXT.replace(b"1700000000", b"soon"),
    "CreateTime too far": TEXT.replace(b"1700000000", b"999999999999"),
    "no CreateTime": TEXT.replace(b"<CreateTime>1700000000</CreateTime>", b""),
    "no FromUserName": TEXT.replace(b"<FromUserName><![CDATA[oABC]]></FromUserName>", b""),
    "empty FromUserName": TEXT.replace(b"oABC", b""),
    "FromUserName too long": TEXT.replace(b"oABC", b"o" * 65),
    "FromUserName with a line break": TEXT.replace(b"oABC", b"oA\nBC"),
    "no ToUserName": TEXT.replace(b"<ToUserName><![CDATA[gh_abc]]></ToUserName>", b""),
    "event without Event": xml("<MsgType>event</MsgType><EventKey>x</EventKey>"),
    "Event with blanks": event("click me"),
    "revocation without OpenID": event("user_authorization_revoke", "<RevokeInfo>1</RevokeInfo>"),
    "list entry nested deeper": event(
        "subscribe_msg_popup_event",
        "<SubscribeMsgPopupEvent><List><A><B>1</B></A></List></SubscribeMsgPopupEvent>",
    ),
    "GBK": b'<?xml version="1.0" encoding="GBK"?>' + TEXT.decode().replace("😀", "").encode("gbk"),
    "UTF-16": TEXT.decode().encode("utf-16"),
    "JSON": b'{"ToUserName":"gh_abc","MsgType":"text"}',
    "control character": TEXT.replace(b"@P", b"\x0b"),
    "NUL": TEXT.replace(b"@P", b"\x00"),
    "a reference to a control character": message("text", "<Content>&#1;</Content>"),
    "an unknown entity": message("text", "<Content>&nbsp;</Content>"),
    "end of CDATA inside Content": message("text", "<Content><![CDATA[a]]>b]]></Content>"),
    "DOCTYPE": b"<!DOCTYPE xml>" + TEXT,
    "DOCTYPE of another site": b'<!DOCTYPE xml SYSTEM "http://127.0.0.1/x.dtd">' + TEXT,
    "an outside entity": b'<!DOCTYPE xml [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + TEXT,
    "entity bomb": f'<!DOCTYPE xml [<!ENTITY e0 "ha">{_BOMB}]>'.encode()
    + message("text", "<Content>&e9;</Content>"),
    "deep nesting": message("text", "<a>" * 5000 + "</a>" * 5000),
    "many elements": message("text", "<A>" + "<b/>" * 5000 + "</A>"),
    "truncated": TEXT[:-20],
    "two roots": TEXT + TEXT,
    "over 64 KB": message("text", f"<Content>{'x' * 70_000}</Content>"),
}
