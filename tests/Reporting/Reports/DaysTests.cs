using Platform.Common.V1;
using Platform.Reporting.Reports;

namespace Platform.Reporting.Tests.Reports;

public sealed class DaysTests
{
    [Theory]
    [InlineData("29-30 March 2011", "2011-03-29", "2011-03-30", false, "29–30 Mar 2011")]
    [InlineData("mid-2013", "2013-05-01", "2013-08-31", true, "mid-2013")]
    [InlineData("early July 2012", "2012-07-01", "2012-07-10", true, "early July 2012")]
    [InlineData("June 2010", "2010-06-01", "2010-06-30", true, "June 2010")]
    [InlineData("", "2013-03-05", "2013-03-05", false, "5 Mar 2013")]
    [InlineData("", "2013-03-31", "2013-04-02", false, "31 Mar 2013 – 2 Apr 2013")]
    [InlineData("", "2013-05-01", "2013-08-31", true, "between 1 May 2013 and 31 Aug 2013")]
    [InlineData("", "", "", false, "date not recorded")]
    public void Of_Range_KeepsWordsWhereNoDayIsKnown(string words, string first, string last, bool within, string text)
    {
        var days = Days.Of(new DateRange
        {
            AsWritten = words,
            EarliestDate = first,
            LatestDate = last,
            Sense = within ? DateSense.Within : DateSense.Throughout,
        });

        Assert.Equal(within, days.IsWithin);
        Assert.Equal(text, days.Text);
    }

    [Theory]
    [InlineData("2013-04-30", false)]
    [InlineData("2013-05-01", true)]
    [InlineData("2013-08-30", true)]
    [InlineData("2013-08-31", false)]
    public void MayBe_InsideARangeOfWhichNoDayIsKnown(string day, bool may)
    {
        var range = new DateRange { EarliestDate = "2013-05-01", LatestDate = "2013-08-31", Sense = DateSense.Within };

        Assert.Equal(may, Days.Of(range).MayBe(TestRecord.Day(day)));
        range.Sense = DateSense.Throughout;
        Assert.False(Days.Of(range).MayBe(TestRecord.Day(day)));
    }
}
