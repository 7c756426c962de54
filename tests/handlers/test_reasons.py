"""An answer says why, also where no telling word of the library stands in the message."""

import json

from bot.content.corpus import read_corpus
from bot.content.fit import fit
from bot.content.serving import keep_model


def test_a_fitted_model_names_the_words_that_spoke_most(chat):
    kit = chat.kit
    with kit.db.reading() as session:
        corpus = read_corpus(session)
    model, told = fit(corpus)
    with kit.db.transaction() as session:
        keep_model(session, model.dump(), json.dumps(told), corpus.version, kit.clock())
    with kit.db.reading() as session:
        kit.matcher.refresh(session)
    said = "网店找人帮忙冲销量，先自己出钱拍下再返钱给我"
    match = kit.matcher.find(said)
    assert match.types[0] == "shuadan" and match.decision == "one" and not match.because
    shown = chat.say(said)
    reason = shown.partition("因为您提到“")[2].partition("”")[0]
    assert len(reason) > 1 and reason in said
