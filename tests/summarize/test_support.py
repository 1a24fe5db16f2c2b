import numpy as np
import pytest

from digest.summarize.grounding import Kind
from digest.summarize.hub import Kind as ModelKind
from digest.summarize.support import check_support, closeness, support
from tests.summarize.conftest import HARBOUR, MakeSettings

ARTICLE = [line for line in HARBOUR.splitlines() if line.endswith((".", "?"))]
COPIED = "The new quay cost 84 million euros and can take vessels of up to 366 metres, twice as long as before."
JOINED = "The city council voted on Tuesday for the plan, which had been put off twice since 2019."
REWORDED = "Trawlermen worry that digging out the waterway may scare their catch from the bay."
INVENTED = "The mayor resigned over a bribe from a bank."


def kinds(settings: MakeSettings, sentence: str, kind: ModelKind, language: str = "en") -> list[Kind]:
    found = check_support([sentence], ARTICLE, "", settings(), kind=kind, spoken="en", language=language)
    return [finding.kind for finding in found]


@pytest.mark.model
@pytest.mark.parametrize("sentence", [COPIED, JOINED])
def test_what_is_copied_or_joined_from_two_sentences_is_supported(settings: MakeSettings, sentence: str) -> None:
    assert kinds(settings, sentence, "seq2seq") == kinds(settings, sentence, "causal") == []


@pytest.mark.model
def test_other_words_for_the_same_are_left_to_instruction_models(settings: MakeSettings) -> None:
    assert kinds(settings, REWORDED, "causal") == []
    assert kinds(settings, REWORDED, "seq2seq") == [Kind.SENTENCE]


@pytest.mark.model
def test_what_no_sentence_is_close_to_goes_out_from_no_model(settings: MakeSettings) -> None:
    assert kinds(settings, INVENTED, "causal") == kinds(settings, INVENTED, "seq2seq") == [Kind.SENTENCE]


@pytest.mark.model
def test_across_languages_figures_alone_are_compared(settings: MakeSettings) -> None:
    assert kinds(settings, INVENTED, "causal", language="de") == []
    assert kinds(settings, "The quay cost 85 million euros.", "causal", language="de") == [Kind.NUMBER]


def test_support_is_the_mean_of_closeness_and_of_the_words_held_by_two_neighbours() -> None:
    article = ["The ferry sails.", "Herring returns.", "Bread rises."]
    theirs = np.eye(3, dtype=np.float32)
    own = np.array([[0.8, 0.6, 0], [0, 0.6, 0.8]], dtype=np.float32)
    assert closeness(own, theirs) == pytest.approx([0.8, 0.8])
    told = ["The ferry sails, herring returns.", "The ferry sails and bread sinks."]
    assert support(told, article, own, theirs) == pytest.approx([(0.8 + 1) / 2, (0.8 + 0.5) / 2])
