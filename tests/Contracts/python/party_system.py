"""The system of a member state, which knows the platform by its protos only.

    party_system.py STEP ADDRESS STUBS

ADDRESS is host:port. STUBS is the folder into which protoc wrote the classes of protos/ and of
tests/Contracts/Standards. The bearer token of the state's system is in PLATFORM_TOKEN. What a
step saw is printed as JSON.
"""

import json
import os
import sys
import uuid

import grpc

STEP, ADDRESS, STUBS = sys.argv[1:]
sys.path.insert(0, STUBS)

from rcp.commitments.v1 import commitments_pb2, commitments_service_pb2, commitments_service_pb2_grpc
from rcp.meetings.v1 import meetings_pb2, meetings_service_pb2, meetings_service_pb2_grpc
from rcp.membership.v1 import membership_service_pb2, membership_service_pb2_grpc
from Standards.google.rpc import error_details_pb2, status_pb2
from Standards.grpc.health.v1 import health_pb2, health_pb2_grpc
from Standards.grpc.reflection.v1 import reflection_pb2, reflection_pb2_grpc

TOKEN = [("authorization", f"Bearer {os.environ['PLATFORM_TOKEN']}")]
TIMEOUT = 20  # seconds; a call without a deadline may never end


def list_participants(channel):
    """Every participant, two at a time."""
    membership = membership_service_pb2_grpc.MembershipServiceStub(channel)
    names, pages, page_token = [], [], ""
    while True:
        page = membership.ListParticipants(
            membership_service_pb2.ListParticipantsRequest(page_size=2, page_token=page_token),
            metadata=TOKEN, timeout=TIMEOUT)
        names += [participant.name for participant in page.participants]
        pages.append(len(page.participants))
        page_token = page.next_page_token
        if not page_token:
            return {"names": names, "pages": pages}


def read_outcome(channel):
    """One outcome of a meeting."""
    meetings = meetings_service_pb2_grpc.MeetingsServiceStub(channel)
    outcome = meetings.GetOutcome(
        meetings_service_pb2.GetOutcomeRequest(name="meetings/ahg-som-7/outcomes/para-17"),
        metadata=TOKEN, timeout=TIMEOUT).outcome
    kind = meetings_pb2.OutcomeKind.Name(outcome.kind)
    return {"outcome": [outcome.name, outcome.locator.paragraph, kind, outcome.effective_date]}


def progress_update(reported_for):
    """A report on the network of liaison officers."""
    return commitments_pb2.ProgressUpdate(
        name=f"commitments/network/progressUpdates/u{uuid.uuid4()}",
        effective_date="2013-06-01",
        reported_for=reported_for,
        narrative="Two liaison officers were posted.",
        level=commitments_pb2.IMPLEMENTATION_LEVEL_LIMITED,
        source=commitments_pb2.PROGRESS_SOURCE_SELF_REPORTED)


def create(channel, update, request_id):
    """Sends a report."""
    commitments = commitments_service_pb2_grpc.CommitmentsServiceStub(channel)
    request = commitments_service_pb2.CreateProgressUpdateRequest(progress_update=update, request_id=request_id)
    return commitments.CreateProgressUpdate(request, metadata=TOKEN, timeout=TIMEOUT).progress_update


def report_progress(channel):
    """A report for its own state, sent twice as after a lost answer."""
    update, request_id = progress_update("participants/idn"), str(uuid.uuid4())
    first = create(channel, update, request_id)
    second = create(channel, update, request_id)
    return {
        "reported_for": first.reported_for,
        "same_answer": first == second,
        "versions": second.version,
    }


def refusal(channel, update):
    """What a report that is refused ends in."""
    try:
        create(channel, update, str(uuid.uuid4()))
    except grpc.RpcError as error:
        trailer = dict(error.trailing_metadata())["grpc-status-details-bin"]
        status = status_pb2.Status.FromString(trailer)
        assert (status.code, status.message) == (error.code().value[0], error.details())
        return error.code().name, status
    raise AssertionError("The report was not refused.")


def detail(status, kind):
    """The one detail of a kind."""
    (packed,) = [each for each in status.details if each.Is(kind.DESCRIPTOR)]
    found = kind()
    packed.Unpack(found)
    return found


def report_for_another(channel):
    """A report for a state whose system this is not."""
    code, status = refusal(channel, progress_update("participants/aus"))
    info = detail(status, error_details_pb2.ErrorInfo)
    return {
        "code": code,
        "message": status.message,
        "error_info": [info.reason, info.domain],
        "metadata": dict(info.metadata),
    }


def report_malformed(channel):
    """A report with two mistakes, which are told both."""
    update = progress_update("participants/idn")
    update.name, update.narrative = "no name", ""
    code, status = refusal(channel, update)
    bad = detail(status, error_details_pb2.BadRequest)
    return {"code": code, "fields": [violation.field for violation in bad.field_violations]}


def follow(channel, most, **start):
    """The changes of membership from a start until most of them came."""
    membership = membership_service_pb2_grpc.MembershipServiceStub(channel)
    feed = membership.FollowChanges(
        membership_service_pb2.FollowChangesRequest(**start), metadata=TOKEN, timeout=TIMEOUT)
    changes = []
    for answer in feed:
        # A heartbeat carries a position and no change.
        if answer.HasField("change"):
            changes.append(answer.change.metadata)
        if len(changes) == most:
            feed.cancel()
            return changes
    raise AssertionError("The feed ended by itself.")


def follow_changes(channel):
    """The change feed, left after two changes and resumed from there."""
    first = follow(channel, most=2, from_beginning=True)
    rest = follow(channel, most=4, after_position=first[-1].position, log_id=first[-1].log_id)
    seen = first + rest
    return {"positions": [change.position for change in seen], "names": [change.resource_name for change in seen]}


def look_around(channel):
    """Health, which needs no token, and reflection."""
    health = health_pb2_grpc.HealthStub(channel).Check(health_pb2.HealthCheckRequest(), timeout=TIMEOUT)
    requests = [
        reflection_pb2.ServerReflectionRequest(list_services=""),
        reflection_pb2.ServerReflectionRequest(file_containing_symbol="rcp.commitments.v1.CommitmentsService"),
    ]
    reflection = reflection_pb2_grpc.ServerReflectionStub(channel)
    listed, described = reflection.ServerReflectionInfo(iter(requests), metadata=TOKEN, timeout=TIMEOUT)
    from google.protobuf import descriptor_pb2

    files = map(descriptor_pb2.FileDescriptorProto.FromString, described.file_descriptor_response.file_descriptor_proto)
    return {
        "health": health_pb2.HealthCheckResponse.ServingStatus.Name(health.status),
        "services": [service.name for service in listed.list_services_response.service],
        "methods": [method.name for file in files for service in file.service for method in service.method],
    }


STEPS = {
    "list-participants": list_participants,
    "read-outcome": read_outcome,
    "report-progress": report_progress,
    "report-for-another": report_for_another,
    "report-malformed": report_malformed,
    "follow-changes": follow_changes,
    "look-around": look_around,
}

with grpc.insecure_channel(ADDRESS) as opened:
    print(json.dumps(STEPS[STEP](opened)))
