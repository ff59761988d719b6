using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Platform.Common.V1;

// What the generated classes have in common, so that one store, one change log and one report
// reader serve every resource.

namespace Platform
{
    /// <summary>A resource of the record: every message that a service stores.</summary>
    public interface IRecord : IMessage
    {
        /// <summary>Resource name, for example <c>meetings/ahg-som-7</c>.</summary>
        string Name { get; set; }

        /// <summary>Changes with every version.</summary>
        string Etag { get; set; }

        /// <summary>Version, counted from 1.</summary>
        long Version { get; set; }

        /// <summary>First clock: the day from which this version holds, ISO 8601.</summary>
        string EffectiveDate { get; set; }

        /// <summary>Second clock: the moment at which this version was recorded, UTC.</summary>
        Timestamp RecordedTime { get; set; }
    }

    /// <summary>A change of one service's log: its metadata and one resource.</summary>
    public interface IChange : IMessage
    {
        /// <summary>Position, version, both clocks and who made it.</summary>
        ChangeMetadata Metadata { get; set; }
    }
}

namespace Platform.Membership.V1
{
    public sealed partial class Participant : IRecord;
    public sealed partial class Body : IRecord;
    public sealed partial class BodyRelation : IRecord;
    public sealed partial class StandingStep : IRecord;
    public sealed partial class Secondment : IRecord;
    public sealed partial class Contribution : IRecord;
    public sealed partial class Change : IChange;
}

namespace Platform.Meetings.V1
{
    public sealed partial class Meeting : IRecord;
    public sealed partial class Attendance : IRecord;
    public sealed partial class Document : IRecord;
    public sealed partial class Outcome : IRecord;
    public sealed partial class OutcomeLink : IRecord;
    public sealed partial class RecommendationResponse : IRecord;
    public sealed partial class Change : IChange;
}

namespace Platform.Commitments.V1
{
    public sealed partial class Commitment : IRecord;
    public sealed partial class ProgressUpdate : IRecord;
    public sealed partial class Assessment : IRecord;
    public sealed partial class Change : IChange;
}
