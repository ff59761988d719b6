using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using Platform.Hosting.Databases;
using Platform.Hosting.Resources;

namespace Platform.Fixtures;

/// <summary>What holds of listing every type of resource, and of reading several at once.</summary>
public abstract class ListSpecification(PlatformFixture platform)
{
    [Theory, EveryResource]
    public async Task List_PageByPage_GivesEachOnceInTheOrderOfNames(string type)
    {
        var methods = ResourceMethods.Of(type);
        var created = new List<string>();
        for (var i = 0; i < 5; i++)
            created.Add((await methods.CreateAsync(platform.Officer, await platform.DraftAsync(type))).Name);

        var listed = new List<string>();
        var token = "";
        do
        {
            var page = await ListAsync(methods, ("page_size", 2), ("page_token", token));
            listed.AddRange(ResourceMethods.Resources(page).Select(r => r.Name));
            token = TokenOf(page);
        }
        while (token.Length > 0);

        Assert.Equal(listed.Distinct().Order(StringComparer.Ordinal), listed);
        Assert.Subset(listed.ToHashSet(), created.ToHashSet());
    }

    [Theory, EveryResource]
    public async Task List_PageSize_IsBounded(string type)
    {
        var methods = ResourceMethods.Of(type);
        for (var i = 0; i < 52; i++)
            await methods.CreateAsync(platform.Officer, await platform.DraftAsync(type));

        Assert.Equal(50, ResourceMethods.Resources(await ListAsync(methods)).Count);
        Assert.Equal(51, ResourceMethods.Resources(await ListAsync(methods, ("page_size", 51))).Count);
        // The most that a page holds, 1,000, is tested at the store (tests/Store).
        Assert.InRange(ResourceMethods.Resources(await ListAsync(methods, ("page_size", int.MaxValue))).Count, 52, 1000);
        await Call(methods, ("page_size", -1)).IsRefusedForFieldAsync("page_size");
    }

    [Theory, EveryResource]
    public async Task List_TokenOfAnotherRequestOrDamaged_IsRefused(string type)
    {
        var methods = ResourceMethods.Of(type);
        for (var i = 0; i < 2; i++)
            await methods.CreateAsync(platform.Officer, await platform.DraftAsync(type));
        var token = TokenOf(await ListAsync(methods, ("page_size", 1)));

        await Call(methods, ("page_token", token), ("as_of", "2013-03-05")).IsRefusedAsync("PAGE_TOKEN_INVALID");
        await Call(methods, ("page_token", "A" + token)).IsRefusedAsync("PAGE_TOKEN_INVALID");
        await Call(methods, ("page_token", "no token")).IsRefusedAsync("PAGE_TOKEN_INVALID");
        Assert.NotEmpty(ResourceMethods.Resources(await ListAsync(methods, ("page_token", token), ("page_size", 7))));
    }

    [Theory, EveryChildResource]
    public async Task List_OfAParent_GivesThatOfNoOther(string type)
    {
        var methods = ResourceMethods.Of(type);
        var created = await methods.CreateAsync(platform.Officer, await platform.DraftAsync(type));
        await methods.CreateAsync(platform.Officer, await platform.DraftAsync(type));

        var page = await ListAsync(methods, ("parent", ResourceNames.Parent(created.Name)));

        Assert.Equal([created], ResourceMethods.Resources(page));
        Assert.Equal("", TokenOf(page));
    }

    [Theory, EveryResource]
    public async Task List_ByEachFilter_FindsWhatHasTheValueAndNothingElse(string type)
    {
        var methods = ResourceMethods.Of(type);
        var created = await methods.CreateAsync(platform.Officer, await platform.DraftAsync(type));

        foreach (var filter in FiltersOf(methods))
        {
            // Not a value of the resource: tests/Commitments tests it.
            if (filter.Name == "state")
                continue;
            var value = ValueOf(created, filter);
            Assert.True(value is not null, $"{type} has no value for the filter {filter.Name}: fill it in Drafts, or say in ValuesOf "
                + $"where it stands.");
            var names = new List<string>();
            var token = "";
            do
            {
                var page = await ListAsync(methods, (filter.Name, filter.IsRepeated ? new[] { value } : value), ("page_size", 1000),
                    ("page_token", token));
                Assert.All(ResourceMethods.Resources(page), r => Assert.Contains(value, ValuesOf(r, filter)));
                names.AddRange(ResourceMethods.Resources(page).Select(r => r.Name));
                token = TokenOf(page);
            }
            while (token.Length > 0);
            Assert.Contains(created.Name, names);
        }
    }

    [Theory, EveryResource]
    public async Task List_ByEachFilterThatCannotHold_IsRefused(string type)
    {
        var methods = ResourceMethods.Of(type);

        foreach (var filter in FiltersOf(methods))
        {
            object[] wrong = filter.FieldType == FieldType.Enum ? [99] : ["a\0b", new string('x', 10_000)];
            foreach (var value in wrong)
            {
                await Call(methods, (filter.Name, filter.IsRepeated ? new[] { value } : value))
                    .IsRefusedForFieldAsync(filter.IsRepeated ? $"{filter.Name}[0]" : filter.Name);
            }
            if (filter.IsRepeated)
            {
                await Call(methods, (filter.Name, Enumerable.Repeat(filter.FieldType == FieldType.Enum ? (object)1 : "a", 101)))
                    .IsRefusedForFieldAsync(filter.Name);
            }
        }
        await Call(methods, ("as_of", "yesterday")).IsRefusedForFieldAsync("as_of");
    }

    [Theory, EveryChildResource]
    public async Task List_Ordered_IsInThatOrderPageByPage(string type)
    {
        var methods = ResourceMethods.Of(type);
        var first = await platform.DraftAsync(type);
        var parent = ResourceNames.Parent(first.Name);
        string[] days = ["2013-03-07", "2013-03-05", "2013-03-06", "2013-03-05"];
        var created = new List<IResource>();
        foreach (var (day, index) in days.Select((day, index) => (day, index)))
        {
            var draft = first.Descriptor.Parser.ParseFrom(first.ToByteArray()) as IResource;
            (draft!.Name, draft.EffectiveDate) = ($"{ResourceNames.Parent(first.Name)}/{first.Name.Split('/')[^2]}/n{index}", day);
            if (draft is Meetings.V1.Attendance attendance)
                (attendance.Party, attendance.Name) = await AttendeeAsync(parent);
            created.Add(await methods.CreateAsync(platform.Officer, draft));
        }

        var (listed, token) = (new List<string>(), "");
        do
        {
            var page = await ListAsync(methods, ("parent", parent), ("page_size", 3), ("page_token", token), ("order_by",
                "effective_date desc"));
            Assert.Equal(4, TotalOf(page));
            listed.AddRange(ResourceMethods.Resources(page).Select(r => r.Name));
            token = TokenOf(page);
        }
        while (token.Length > 0);

        Assert.Equal(created.OrderByDescending(r => r.EffectiveDate, StringComparer.Ordinal).ThenBy(r => r.Name, StringComparer.Ordinal)
            .Select(r => r.Name), listed);
        foreach (var wrong in new[] { "no_such_field", "effective_date backwards", "name,", "handling" })
            await Call(methods, ("order_by", wrong)).IsRefusedForFieldAsync("order_by");
    }

    [Theory, EveryResource]
    public async Task Read_OfSomeFields_GivesThoseAndNameAndEtag(string type)
    {
        var methods = ResourceMethods.Of(type);
        var created = await methods.CreateAsync(platform.Officer, await platform.DraftAsync(type));
        var expected = (IResource)created.Descriptor.Parser.ParseFrom(ByteString.Empty);
        (expected.Name, expected.Etag, expected.EffectiveDate) = (created.Name, created.Etag, created.EffectiveDate);
        var mask = new FieldMask { Paths = { "effective_date" } };

        foreach (var method in new[] { methods.Get, methods.BatchGet }.OfType<MethodDescriptor>())
        {
            var names = method == methods.Get ? ("name", (object)created.Name) : ("names", new[] { created.Name });
            var answer = await platform.Reader.Call(method, ResourceMethods.Request(method, names, ("read_mask", mask)));
            var found = answer.Descriptor.Fields[1].Accessor.GetValue(answer);
            Assert.Equal(expected, found is IResource one ? one : ResourceMethods.Resources(answer).Single());
            await platform.Reader.Call(method, ResourceMethods.Request(method, names, ("read_mask",
                new FieldMask { Paths = { "nothing" } })))
                .IsRefusedForFieldAsync("read_mask");
        }
        Assert.All(ResourceMethods.Resources(await ListAsync(methods, ("read_mask", mask))),
            r => Assert.Equal((r.Name, r.Etag, r.EffectiveDate, 0L), (r.Name, r.Etag.Length > 0 ? r.Etag : "-", r.EffectiveDate,
                r.Version)));
        await Call(methods, ("read_mask", new FieldMask { Paths = { "nothing" } })).IsRefusedForFieldAsync("read_mask");
    }

    [Theory, EveryResource]
    public async Task List_Counted_TellsHowManyThereAre(string type)
    {
        var methods = ResourceMethods.Of(type);
        await methods.CreateAsync(platform.Officer, await platform.DraftAsync(type));
        await methods.CreateAsync(platform.Officer, await platform.DraftAsync(type));

        var counted = await ListAsync(methods, ("page_size", 1), ("count_total", true));

        Assert.Single(ResourceMethods.Resources(counted));
        Assert.InRange(TotalOf(counted), 2, int.MaxValue);
        Assert.Equal(0, TotalOf(await ListAsync(methods, ("page_size", 1))));
    }

    [Theory, EveryChildResource]
    public async Task List_OnBothClocks_TellsWhatWasTrueAndKnown(string type)
    {
        var methods = ResourceMethods.Of(type);
        var created = await methods.CreateAsync(platform.Officer, await platform.DraftAsync(type));
        var parent = ResourceNames.Parent(created.Name);

        Assert.Empty(ResourceMethods.Resources(await ListAsync(methods, ("parent", parent), ("as_of", "2013-03-04"))));
        Assert.Single(ResourceMethods.Resources(await ListAsync(methods, ("parent", parent), ("as_of", "2013-03-05"))));
        Assert.Empty(ResourceMethods.Resources(await ListAsync(methods, ("parent", parent),
            ("known_at", (created.RecordTime.ToDateTime() - TimeSpan.FromMicroseconds(1)).ToTimestamp()))));
        Assert.Single(ResourceMethods.Resources(await ListAsync(methods, ("parent", parent), ("known_at", created.RecordTime))));
    }

    [Theory, EveryBatchResource]
    public async Task BatchGet_SomeThatExist_GivesThemInTheOrderAskedAndTellsTheRest(string type)
    {
        var methods = ResourceMethods.Of(type);
        var a = await methods.CreateAsync(platform.Officer, await platform.DraftAsync(type));
        var b = await methods.CreateAsync(platform.Officer, await platform.DraftAsync(type));

        var answer = await Batch(methods, [b.Name, "a\0b", "participants/IDN", a.Name, $"{a.Name}x"]);

        Assert.Equal([b, a], ResourceMethods.Resources(answer));
        Assert.Equal(["a\0b", "participants/IDN", $"{a.Name}x"],
            (IEnumerable<string>)answer.Descriptor.FindFieldByName("missing_names").Accessor.GetValue(answer));
    }

    [Theory, EveryBatchResource]
    public async Task BatchGet_NoneOrTooMany_IsRefused(string type)
    {
        var methods = ResourceMethods.Of(type);

        await Batch(methods, []).IsRefusedForFieldAsync("names");
        await Batch(methods, Enumerable.Range(0, 1001).Select(i => $"participants/p{i}"))
            .IsRefusedAsync("LIMIT_EXCEEDED", ("limit", "names"));
        Assert.Empty(ResourceMethods.Resources(await Batch(methods, Enumerable.Range(0, 1000).Select(i => $"participants/p{i}"))));
    }

    private Grpc.Core.AsyncUnaryCall<IMessage> Batch(ResourceMethods methods, IEnumerable<string> names) =>
        platform.Reader.Call(methods.BatchGet!, ResourceMethods.Request(methods.BatchGet!, ("names", names)));

    private Grpc.Core.AsyncUnaryCall<IMessage> Call(ResourceMethods methods, params (string, object?)[] fields) =>
        platform.Reader.Call(methods.List, ResourceMethods.Request(methods.List, fields));

    private async Task<IMessage> ListAsync(ResourceMethods methods, params (string, object?)[] fields) => await Call(methods, fields);

    private static string TokenOf(IMessage page) => (string)page.Descriptor.FindFieldByName("next_page_token").Accessor.GetValue(page);

    private static int TotalOf(IMessage page) => (int)page.Descriptor.FindFieldByName("total_size").Accessor.GetValue(page);

    // An attendance is named by who attends.
    private async Task<(string Party, string Name)> AttendeeAsync(string meeting)
    {
        var party = (await platform.RecordedAsync<Membership.V1.Participant>()).Name;
        return (party, $"{meeting}/attendances/{party.Split('/')[1]}");
    }

    private static IEnumerable<FieldDescriptor> FiltersOf(ResourceMethods methods) =>
        methods.List.InputType.Fields.InDeclarationOrder().Where(f => f.Name is not ("page_size" or "page_token" or "as_of"
            or "known_at" or "read_mask" or "order_by" or "count_total"));

    private static object? ValueOf(IResource record, FieldDescriptor filter) => ValuesOf(record, filter).FirstOrDefault();

    // Where in a resource the value of a filter stands: mostly in the field of the same name.
    private static IEnumerable<object> ValuesOf(IResource record, FieldDescriptor filter)
    {
        if (filter.Name == "parent")
            return [ResourceNames.Parent(record.Name)];
        var at = filter.Name switch
        {
            "known_as" => ".names[*].text",
            "addressee" => ".addressees[*]",
            "speaker" => ".speakers[*]",
            "body" when record.Descriptor.Name == "Meeting" => ".bodies[*]",
            "kinds" => ".kind",
            "statuses" => ".status",
            "capacities" => ".capacity",
            "levels" => ".level",
            "relations" => ".relation",
            "themes" => ".themes[*]",
            "document" => ".locator.document",
            "owners" or "concerning" => ".owners[*].party",
            "outcome" when record.Descriptor.Name == "Commitment" => ".origins[*].outcome",
            "advances" => ".advances[*]",
            "owner" => ".owners[*]",
            "commitment" => ".commitments[*]",
            "theme" => ".themes[*]",
            _ => $".{filter.Name}",
        };
        return ResourceFields.Of(record, "")
            .Where(f => System.Text.RegularExpressions.Regex.Replace(f.Path, @"\[\d+\]", "[*]",
            System.Text.RegularExpressions.RegexOptions.None, TimeSpan.FromSeconds(1)) == at).Select(f => f.Value).Where(v => v is not "");
    }
}
