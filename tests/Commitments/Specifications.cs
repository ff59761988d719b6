using Platform.Commitments.V1;
using Platform.Fixtures;

[assembly: Specifies(typeof(CommitmentsService))]
