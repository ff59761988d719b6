using Platform.Fixtures;
using Platform.Commitments.V1;

[assembly: Specifies(typeof(CommitmentsService))]
