import os
from functools import partial

import numpy as np
import pytest

from bot.content.corpus import Corpus
from bot.content.fit import fit
from bot.content.side_by_side import side_by_side


@pytest.mark.parametrize("many", [0, 1, 2, 5])
@pytest.mark.parametrize("cores", [1, 2, 64])
def test_each_job_is_done_once_and_answers_stand_in_order(many, cores):
    assert side_by_side([partial(pow, 2, number) for number in range(many)], cores) == [
        2**number for number in range(many)
    ]


def test_every_second_job_is_done_by_a_copy_that_is_gone_afterwards():
    own, other, third = side_by_side([os.getpid] * 3, 2)
    assert own == third == os.getpid() != other
    with pytest.raises(ProcessLookupError):
        os.kill(other, 0)


def test_more_than_a_pipe_holds_comes_back():
    first, second = side_by_side([partial(np.arange, 10), partial(np.arange, 1_000_000)], 2)
    assert (len(first), int(second[-1])) == (10, 999_999)


def test_a_copy_that_dies_is_noticed():
    with pytest.raises(EOFError):
        side_by_side([os.getpid, partial(os._exit, 9)], 2)


def test_a_fault_in_the_copy_is_noticed(capfd):
    with pytest.raises(EOFError):
        side_by_side([os.getpid, partial(int, "no number")], 2)
    assert "no number" in capfd.readouterr().err


def test_a_fit_on_two_cores_is_the_fit_on_one(monkeypatch):
    texts = [
        (code, "question", f"{word}是第{number}种{code}吗")
        for number in range(12)
        for code, word in (("police", "安全账户"), ("shuadan", "垫付做单"))
    ]
    texts += [("none", "none", f"第{number}路公交车几点") for number in range(12)]
    corpus = Corpus(1, texts, [("安全账户", ["police"])])
    alone = fit(corpus)
    monkeypatch.setattr("bot.content.fit.SMALL", 0)
    monkeypatch.setattr("bot.content.fit.side_by_side", partial(side_by_side, cores=2))
    both = fit(corpus)
    assert both[1] == alone[1]
    assert both[0].dump() == alone[0].dump()
