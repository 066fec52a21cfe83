"""The check of a large file as a task: the same check as in the request, in a worker, told stage by stage.

A task carries the public id alone. What goes wrong is logged without a word of the file: an exception's own message
may quote a cell, so only its kind and the lines of code that it passed are told.
"""

import logging
from functools import partial
from traceback import extract_tb

from django.db import connection, transaction
from django_tasks import task

from accounts.models import Agency, User
from dataset.definitions import ReturnType
from dataset.ingest.findings import error
from dataset.ingest.gathering import BoardNotSetUp
from dataset.ingest.keyfile import KeyFileError
from dataset.ingest.sealing import SealBroken
from dataset.ingest.staging import Claim, Overtaken, mark_not_queued, stage_file, wait_again
from dataset.ingest.storing import Receipt, receive_file
from dataset.models import StagedUpload
from dataset.periods import Quarter
from dataset.returns import RETURN_TYPES

logger = logging.getLogger(__name__)

UNDER_ANOTHER_KEY = (
    "The file waited under a key that is not in use any more, so it cannot be opened. Choose it again, and check it."
)


def check_in_background(
    *,
    content: bytes,
    file_name: str,
    return_type: ReturnType,
    supplier: Agency,
    quarter: Quarter,
    by: User | None,
    nil: bool = False,
) -> StagedUpload:
    """Have a file checked by a task; where the same file is being checked already, that check."""
    with transaction.atomic():
        upload, is_new = stage_file(
            content=content,
            file_name=file_name,
            return_type=return_type,
            supplier=supplier,
            quarter=quarter,
            by=by,
            nil=nil,
        )
        if is_new:
            transaction.on_commit(partial(_enqueue, upload.public_id))
    return upload


def try_again(upload: StagedUpload) -> bool:
    """Have a check that has stopped done again, from its beginning; whether it may be."""
    with transaction.atomic():
        may_be = wait_again(upload)
        if may_be:
            transaction.on_commit(partial(_enqueue, upload.public_id))
    return may_be


def _enqueue(public_id: str) -> None:
    problem = ""
    try:
        check_staged.enqueue(public_id)
    except Exception as fault:
        problem = _told_without_contents(fault)
    if problem:
        logger.error("The check %s could not be queued: %s", public_id, problem)
        mark_not_queued(public_id)


@task()
def check_staged(public_id: str) -> None:
    """Check one staged file, from waiting to its end; nothing where it is over, or another worker has it."""
    claim = Claim.take(public_id)
    if claim is None:
        return
    problem = _check(claim)
    if not problem:
        return
    logger.error("The check %s stopped while %s: %s", public_id, claim.upload.stage, problem)
    if not connection.in_atomic_block:
        connection.close_if_unusable_or_obsolete()  # the connection may be what failed
    try:
        claim.give_up()
    except Overtaken:
        logger.warning("The check %s was taken from this worker.", public_id)


def _check(claim: Claim) -> str:
    """Why the check stopped before its end, without a word of the file; blank where it did not."""
    upload = claim.upload
    try:
        receipt = receive_file(
            content=claim.content(),
            file_name=upload.file_name,
            return_type=RETURN_TYPES[upload.return_type],
            supplier=upload.supplier,
            quarter=upload.quarter,
            nil=upload.nil,
            by=upload.uploaded_by,
            tell=claim.reach,
            store=claim.store,
        )
        if receipt.candidate is None:
            claim.end(receipt)
    except Overtaken:
        logger.warning("The check %s was taken from this worker.", upload.public_id)
    except SealBroken:
        claim.end(Receipt(findings=(error("sealed", UNDER_ANOTHER_KEY),)))
    except (BoardNotSetUp, KeyFileError) as problem:
        return str(problem)  # says what to do, and nothing of the file
    except Exception as fault:
        return _told_without_contents(fault)
    return ""


def _told_without_contents(fault: BaseException) -> str:
    passed = ", ".join(f"{frame.filename}:{frame.lineno}" for frame in extract_tb(fault.__traceback__))
    return f"{type(fault).__qualname__} by way of {passed}"
