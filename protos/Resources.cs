using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Platform.Common.V1;

// What the generated classes have in common, so that one store, one change log and one report
// reader serve every resource.

namespace Platform
{
    /// <summary>A resource of the record: every message that a service stores.</summary>
    public interface IResource : IMessage
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
        Timestamp RecordTime { get; set; }

        /// <summary>To whom it may be shown; null where nothing is said: to everybody.</summary>
        Handling Handling { get; set; }
    }

    /// <summary>Fields that every resource has.</summary>
    public static class ResourceFields
    {
        /// <summary>Those that the service sets; what a request has in them makes no difference.</summary>
        public static IReadOnlyList<string> OutputOnly { get; } = ["etag", "version", "record_time"];
    }

    /// <summary>Forms of resource names that more than one service knows.</summary>
    public static class ResourcePatterns
    {
        /// <summary>A participant, for example <c>participants/idn</c>.</summary>
        public const string Participant = "participants/*";

        /// <summary>A body, for example <c>bodies/ahg</c>.</summary>
        public const string Body = "bodies/*";

        /// <summary>Whoever acts: a participant or a body.</summary>
        public static IReadOnlyList<string> Party { get; } = [Participant, Body];
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
    public sealed partial class Participant : IResource;
    public sealed partial class Body : IResource;
    public sealed partial class BodyRelation : IResource;
    public sealed partial class StandingStep : IResource
    {
        /// <summary>
        /// The standing that the step is about. A chair, a management, a lead and a seat in the steering group are held beside
        /// membership; every other step takes the place of the one before.
        /// </summary>
        public StandingStepKind Standing => (Ends == StandingStepKind.Unspecified ? Kind : Ends) is var kind
            && kind is StandingStepKind.CoChair or StandingStepKind.CoManager or StandingStepKind.Lead
                or StandingStepKind.SteeringGroupMember ? kind : StandingStepKind.Member;
    }

    public sealed partial class Secondment : IResource;
    public sealed partial class Contribution : IResource;
    public sealed partial class Accession : IResource;
    public sealed partial class Change : IChange;
}

namespace Platform.Meetings.V1
{
    public sealed partial class Meeting : IResource;
    public sealed partial class Attendance : IResource;
    public sealed partial class Document : IResource;
    public sealed partial class Outcome : IResource;
    public sealed partial class OutcomeLink : IResource;
    public sealed partial class RecommendationResponse : IResource;
    public sealed partial class Theme : IResource;
    public sealed partial class Change : IChange;
}

namespace Platform.Commitments.V1
{
    public sealed partial class Commitment : IResource;
    public sealed partial class ProgressUpdate : IResource;
    public sealed partial class Assessment : IResource;
    public sealed partial class Product : IResource;
    public sealed partial class Change : IChange;
}
