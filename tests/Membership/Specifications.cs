using Platform.Fixtures;
using Platform.Membership.V1;

[assembly: Specifies(typeof(MembershipService))]
