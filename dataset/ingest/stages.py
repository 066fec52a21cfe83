"""How far a check has come, told while it goes on."""

from collections.abc import Callable

from dataset.definitions import ReturnType
from dataset.models import CheckStage

Tell = Callable[[CheckStage], None]


def untold(stage: CheckStage) -> None:
    """Nobody waits to hear how far the check has come."""


def stages_of(return_type: ReturnType) -> tuple[CheckStage, ...]:
    """The stages that a file of the return goes through, in order."""
    hashing = (CheckStage.HASHING,) if return_type.identifiers else ()
    return (
        CheckStage.WAITING,
        CheckStage.READING,
        CheckStage.CHECKING,
        *hashing,
        CheckStage.COMPARING,
        CheckStage.STORING,
    )
