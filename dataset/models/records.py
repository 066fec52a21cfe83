"""The records of the record returns: pseudonymised rows, one model a return type.

A field bears its column's name. Fields beyond the columns are worked out once, when the row is stored, so that
both databases count the same (working days, 'within 12 months', bands). `*_id` fields hold HMAC digests.
"""

from django.db import models

from dataset.models.returns import QuarterlyReturn

_DIGEST = 64


def digest_field() -> models.CharField:
    return models.CharField(max_length=_DIGEST)


def code_field(length: int = 40) -> models.CharField:
    return models.CharField(max_length=length, blank=True)


class Record(models.Model):
    """A row of one version of one return."""

    quarterly_return = models.ForeignKey(QuarterlyReturn, on_delete=models.CASCADE, related_name="+")

    class Meta:
        abstract = True


class ChildRecord(Record):
    """A row about a child."""

    child_id = digest_field()
    age = models.SmallIntegerField()
    age_band = code_field(10)
    gender = code_field(1)

    class Meta:
        abstract = True


class Referral(ChildRecord):
    referral_id = digest_field()
    referral_date = models.DateField()
    source = code_field(3)
    source_group = code_field()
    primary_need = code_field(3)
    previous_referral_date = models.DateField(null=True)
    decision_date = models.DateField(null=True)
    outcome = code_field()
    locality = code_field(60)
    rereferral = models.BooleanField()
    decided_in_one_day = models.BooleanField(null=True)


class Assessment(ChildRecord):
    assessment_id = digest_field()
    referral_date = models.DateField(null=True)
    start_date = models.DateField()
    completed_date = models.DateField()
    outcome = code_field()
    factors = models.CharField(max_length=200, blank=True)
    working_days = models.IntegerField()
    domestic_abuse = models.BooleanField(null=True)
    neglect = models.BooleanField(null=True)
    parental_mental_health = models.BooleanField(null=True)
    child_sexual_exploitation = models.BooleanField(null=True)
    fgm_or_belief = models.BooleanField(null=True)
    all_three = models.BooleanField(null=True)


class Section47Enquiry(ChildRecord):
    enquiry_id = digest_field()
    start_date = models.DateField()
    end_date = models.DateField(null=True)
    conference_required = models.BooleanField()
    conference_date = models.DateField(null=True)
    conference_type = code_field()
    conference_outcome = code_field()
    locality = code_field(60)
    working_days_to_conference = models.IntegerField(null=True)


class ChildProtectionPlan(ChildRecord):
    plan_id = digest_field()
    start_date = models.DateField()
    end_date = models.DateField(null=True)
    category = code_field(3)
    latest_category = code_field(3)
    number_of_previous_plans = models.PositiveSmallIntegerField()
    previous_plan_end_date = models.DateField(null=True)
    reviews_in_timescale = models.BooleanField(null=True)
    locality = code_field(60)
    days_open = models.IntegerField()
    open_at_end = models.BooleanField()
    due_review = models.BooleanField()
    within_two_years = models.BooleanField(null=True)


class LookedAfterChild(ChildRecord):
    care_start_date = models.DateField()
    care_end_date = models.DateField(null=True)
    legal_status = code_field(2)
    legal_status_group = code_field()
    placement = code_field(2)
    placement_group = code_field()
    placement_start_date = models.DateField()
    placements_in_last_12_months = models.PositiveSmallIntegerField()
    previous_placement_start_date = models.DateField(null=True)
    distance_miles = models.FloatField(null=True)
    in_area = models.BooleanField()
    initial_health_assessment_due = models.BooleanField()
    initial_health_assessment_in_time = models.BooleanField(null=True)
    health_assessment_up_to_date = models.BooleanField(null=True)
    dental_check_up_to_date = models.BooleanField(null=True)
    immunisations_up_to_date = models.BooleanField(null=True)
    reviews_in_timescale = models.BooleanField(null=True)
    uasc = models.BooleanField()
    locality = code_field(60)
    looked_after_at_end = models.BooleanField()
    twelve_months = models.BooleanField()
    two_and_half_years_under_16 = models.BooleanField()
    stable_two_years = models.BooleanField()


class MissingEpisode(ChildRecord):
    episode_id = digest_field()
    category = code_field()
    began = models.DateField()
    hours_missing = models.FloatField(null=True)
    returned = models.BooleanField()
    looked_after = models.BooleanField()
    placed_by_other_authority = models.BooleanField()
    out_of_area = models.BooleanField()
    interview_offered = models.BooleanField()
    interview_outcome = code_field()
    hours_to_interview = models.FloatField(null=True)
    exploitation_risk = models.BooleanField()
    locality = code_field(60)
    interview_due = models.BooleanField()
    in_72_hours = models.BooleanField()

    class Meta:
        indexes = [models.Index(fields=["quarterly_return", "child_id"])]


class MaracCase(Record):
    case_id = digest_field()
    referring_agency = code_field()
    repeat = models.BooleanField()
    children_in_household = models.PositiveSmallIntegerField()


class TrainingSession(Record):
    session_id = models.CharField(max_length=40)
    course = models.CharField(max_length=120)
    level = code_field()
    session_date = models.DateField()
    capacity = models.PositiveIntegerField()
    booked = models.PositiveIntegerField(null=True)
    attended = models.PositiveIntegerField()
    evaluations_returned = models.PositiveIntegerField()
    rated_good_or_excellent = models.PositiveIntegerField()
    prepost_sent = models.PositiveIntegerField()
    prepost_returned = models.PositiveIntegerField()
    knowledge_increased = models.PositiveIntegerField()
    confidence_increased = models.PositiveIntegerField()


class TrainingAttendance(Record):
    session_id = models.CharField(max_length=40)
    sector = code_field()
    attended = models.PositiveIntegerField()


class BoardAttendance(Record):
    meeting_date = models.DateField()
    group = code_field()
    seat = models.CharField(max_length=160)
    attended = models.BooleanField()
    deputy = models.BooleanField()


RECORD_MODELS: dict[str, type[Record]] = {
    "referrals": Referral,
    "assessments": Assessment,
    "section47_enquiries": Section47Enquiry,
    "child_protection_plans": ChildProtectionPlan,
    "looked_after_children": LookedAfterChild,
    "missing_episodes": MissingEpisode,
    "marac_cases": MaracCase,
    "training_sessions": TrainingSession,
    "training_attendance": TrainingAttendance,
    "board_attendance": BoardAttendance,
}
