namespace Platform.Reporting.Reports;

/// <summary>A report cannot be built from the record as it is; the message says why.</summary>
/// <param name="message">A sentence that an officer understands.</param>
public sealed class ReportException(string message) : Exception(message);
