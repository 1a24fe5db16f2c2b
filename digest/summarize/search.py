"""How the best output of a model is searched for."""

from dataclasses import dataclass

from digest.config import SummarizerSettings
from digest.summarize.hub import ModelFiles

_LONGEST = 512


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """Lengths are in tokens, and count those that the model writes: not the one that the decoder starts from.

    `stops_early`: the search ends when there is a finished output for each beam, though a better one might follow.
    """

    beams: int
    max_new: int
    min_new: int
    length_penalty: float
    no_repeat: int
    stops_early: bool = False

    @property
    def patience(self) -> float:
        """For CTranslate2: the finished outputs that end the search, as a share of the beams.

        Measured, not documented: with these both engines write the same word for word (docs/decisions.md).
        """
        if self.beams == 1:
            return 1.0
        return (self.beams - 1) / self.beams if self.stops_early else 2.0


def plan_search(files: ModelFiles, settings: SummarizerSettings) -> Search:
    """The search that the model's authors chose, fitted to the length that the settings ask for."""
    config = files.config
    max_new = min(max(32, settings.max_words * 2), _LONGEST, config.get("max_length") or _LONGEST, _places(files) - 1)
    least = max(int(config.get("min_length") or 0) - 1, int(config.get("min_new_tokens") or 0))
    return Search(
        beams=int(config.get("num_beams") or 4),
        max_new=max_new,
        min_new=max(0, min(least, max_new // 2)),
        length_penalty=float(config.get("length_penalty") or 1.0),
        no_repeat=int(config.get("no_repeat_ngram_size") or 3),
        stops_early=config.get("early_stopping") is True,
    )


def _places(files: ModelFiles) -> int:
    """How many tokens the decoder can tell apart by place, the one that it starts from included."""
    keys = ("max_decoder_position_embeddings", "max_position_embeddings")
    return next((int(files.config[key]) for key in keys if files.config.get(key)), _LONGEST + 1)
