from bot.content.measure import figures

GOLD = [
    {"id": "a", "label": "kefu", "accept": ["kefu"], "kind": "chat"},
    {"id": "b", "label": "police", "accept": ["police", "leader"], "kind": "chat"},
    {"id": "c", "label": "loan", "accept": ["loan"], "kind": "news"},
    {"id": "d", "label": "none", "accept": [], "source": "bank"},
    {"id": "e", "label": "none", "accept": [], "source": "bank"},
]


def said(types, match, us=100.0):
    return {"types": types, "match": match, "us": us}


SAID = {
    "a": said(["baiwan", "x", "y"], True), "b": said(["x", "boss", "y"], True), "c": said(["x", "y", "loan"], False),
    "d": said(["x", "y", "z"], True), "e": said(["x", "y", "z"], False, 900.0),
}  # fmt: skip
UNIFIED = {"baiwan": "kefu", "boss": ["leader", "police"]}


def row(of):
    return next(figure for figure in figures(GOLD, SAID, UNIFIED) if figure["of"] == of)


def test_right_types_are_counted_after_mapping_ours_to_the_taxonomy():
    assert row("all") == {
        "of": "all", "n": 3, "top1": 0.3333, "top3": 1.0, "answered": 0.6667, "right_when_answered": 0.5,
    }  # fmt: skip


def test_each_kind_has_its_own_row_with_its_number():
    assert (row("kind=chat")["n"], row("kind=news")["n"]) == (2, 1)


def test_false_alarms_are_counted_on_texts_about_no_fraud():
    assert row("ordinary")["false_alarms"] == 1
    assert row("ordinary=bank")["share"] == 0.5


def test_time_is_given_as_median_and_worst():
    assert row("microseconds") == {"of": "microseconds", "n": 5, "median": 100.0, "p99": 900.0, "max": 900.0}
