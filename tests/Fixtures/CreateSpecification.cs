using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using Platform.Common.V1;
using Platform.Hosting.Resources;
using Platform.Records.V1;

namespace Platform.Fixtures;

/// <summary>What holds of recording every type of resource, and of reading it back.</summary>
public abstract class CreateSpecification(PlatformFixture platform)
{
    [Theory, EveryResource]
    public async Task Create_ValidResource_IsRecordedWithItsOutputOnlyFields(string type)
    {
        var methods = ResourceMethods.Of(type);
        var draft = await platform.DraftAsync(type);
        var before = DateTime.UtcNow.AddSeconds(-1);

        var created = await methods.CreateAsync(platform.Officer, draft);

        Assert.Equal((draft.Name, draft.EffectiveDate, 1L), (created.Name, created.EffectiveDate, created.Version));
        Assert.NotEqual("", created.Etag);
        Assert.InRange(created.RecordTime.ToDateTime(), before, DateTime.UtcNow.AddSeconds(1));
        Assert.Equal(Required(draft), Required(created));
        Assert.Equal(created, await methods.GetAsync(platform.Reader, draft.Name));
    }

    [Theory, EveryResource]
    public async Task Create_ValidResource_StandsInItsAuditTrail(string type)
    {
        var methods = ResourceMethods.Of(type);
        var requestId = PlatformFixture.NewId("request");

        var created = await methods.CreateAsync(platform.Officer, await platform.DraftAsync(type), requestId);

        var change = Assert.Single(await methods.ChangesAsync(platform.Operator, created.Name));
        Assert.Equal(created, ResourceMethods.Resource(change));
        Assert.Equal(
            new ChangeMetadata
            {
                Position = change.Metadata.Position,
                ChangeId = change.Metadata.ChangeId,
                ResourceName = created.Name,
                ResourceType = type,
                ResourceVersion = 1,
                Kind = ChangeKind.Created,
                EffectiveDate = created.EffectiveDate,
                RecordTime = created.RecordTime,
                Actor = "officer-1",
                RequestId = requestId,
                Current = true,
                LogId = change.Metadata.LogId,
            },
            change.Metadata);
        Assert.True(Guid.TryParseExact(change.Metadata.ChangeId, "D", out _));
    }

    [Theory, EveryResource]
    public async Task Create_OutputOnlyFieldsGiven_AreIgnored(string type)
    {
        var draft = await platform.DraftAsync(type);
        (draft.Etag, draft.Version, draft.RecordTime) = ("99", 99, new Timestamp { Seconds = 1 });

        var created = await ResourceMethods.Of(type).CreateAsync(platform.Officer, draft);

        Assert.Equal(1, created.Version);
        Assert.NotEqual("99", created.Etag);
        Assert.NotEqual(1, created.RecordTime.Seconds);
    }

    [Theory, EveryResource]
    public async Task Create_WithoutEffectiveDate_HoldsFromToday(string type)
    {
        var draft = await platform.DraftAsync(type);
        draft.EffectiveDate = "";
        var today = DateTime.UtcNow;

        var created = await ResourceMethods.Of(type).CreateAsync(platform.Officer, draft);

        Assert.InRange(created.EffectiveDate, $"{today:yyyy-MM-dd}", $"{DateTime.UtcNow:yyyy-MM-dd}");
    }

    [Theory, EveryResource]
    public async Task Create_TakenName_IsRefusedAndChangesNothing(string type)
    {
        var methods = ResourceMethods.Of(type);
        var draft = await platform.DraftAsync(type);
        await methods.CreateAsync(platform.Officer, draft);

        await methods.CallCreate(platform.Officer, draft).IsRefusedAsync("RESOURCE_EXISTS", ("resource", draft.Name));

        Assert.Single(await methods.ChangesAsync(platform.Officer, draft.Name));
    }

    [Theory, EveryResource]
    public async Task Create_WithoutTheResource_IsRefusedNamingTheField(string type)
    {
        var methods = ResourceMethods.Of(type);

        await methods.CallCreate(platform.Officer, null).IsRefusedForFieldAsync(methods.Field);
    }

    [Theory, EveryResource]
    public async Task Create_RequestIdTooLongOrUnreadable_IsRefused(string type)
    {
        var methods = ResourceMethods.Of(type);
        var draft = await platform.DraftAsync(type);

        await methods.CallCreate(platform.Officer, draft, new string('x', 101)).IsRefusedForFieldAsync("request_id");
        await methods.CallCreate(platform.Officer, draft, "a\0b").IsRefusedForFieldAsync("request_id");
    }

    [Theory, EveryResource]
    public async Task Create_RepeatedWithItsRequestId_GivesTheFirstAnswer(string type)
    {
        var methods = ResourceMethods.Of(type);
        var draft = await platform.DraftAsync(type);
        var requestId = PlatformFixture.NewId("request");

        var first = await methods.CreateAsync(platform.Officer, draft, requestId);
        var second = await methods.CreateAsync(platform.Officer, draft, requestId);

        Assert.Equal(first, second);
        Assert.Single(await methods.ChangesAsync(platform.Officer, draft.Name));
    }

    [Theory, EveryResource]
    public async Task Create_RequestIdOfAnotherRequest_IsRefusedAndChangesNothing(string type)
    {
        var methods = ResourceMethods.Of(type);
        var requestId = PlatformFixture.NewId("request");
        await methods.CreateAsync(platform.Officer, await platform.DraftAsync(type), requestId);
        var other = await platform.DraftAsync(type);

        await methods.CallCreate(platform.Officer, other, requestId).IsRefusedAsync("REQUEST_ID_REUSED", ("request_id", requestId));

        await methods.CallGet(platform.Officer, other.Name).IsRefusedAsync("RESOURCE_NOT_FOUND", ("resource", other.Name));
    }

    [Theory, EveryResource]
    public async Task Create_OneRequestManyTimesAtOnce_HasOneEffectAndOneAnswer(string type)
    {
        var methods = ResourceMethods.Of(type);
        var draft = await platform.DraftAsync(type);
        var requestId = PlatformFixture.NewId("request");

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => methods.CreateAsync(platform.Officer, draft, requestId)));

        Assert.Single(answers.Distinct());
        Assert.Single(await methods.ChangesAsync(platform.Officer, draft.Name));
    }

    [Theory, EveryResource]
    public async Task Create_OneNameManyTimesAtOnce_SucceedsOnce(string type)
    {
        var methods = ResourceMethods.Of(type);
        var draft = await platform.DraftAsync(type);

        var calls = Enumerable.Range(0, 6).Select(_ => methods.CallCreate(platform.Officer, draft)).ToList();
        await Task.WhenAll(calls.Select(c => c.ResponseAsync.ContinueWith(_ => { }, TaskScheduler.Default)));

        _ = Assert.Single(calls, c => c.ResponseAsync.IsCompletedSuccessfully);
        foreach (var call in calls.Where(c => c.ResponseAsync.IsFaulted))
            await call.IsRefusedAsync("RESOURCE_EXISTS", ("resource", draft.Name));
    }

    [Theory, EveryChildResource]
    public async Task Create_UnderAParentThatDoesNotExist_IsRefusedNamingIt(string type)
    {
        var methods = ResourceMethods.Of(type);
        var draft = await platform.DraftAsync(type);
        var parent = $"{ResourceNames.Parent(draft.Name)}x";
        draft.Name = parent + draft.Name[ResourceNames.Parent(draft.Name).Length..];

        await methods.CallCreate(platform.Officer, draft)
            .IsRefusedAsync("REFERENCE_NOT_FOUND", ("field", $"{methods.Field}.name"), ("resource", parent));
    }

    [Theory, EveryResource]
    public async Task Create_EachTextWithAControlCharacterOrTooLong_IsRefusedNamingTheField(string type)
    {
        var methods = ResourceMethods.Of(type);
        var draft = await platform.DraftAsync(type);

        foreach (var field in ResourceFields.Of(draft, methods.Field)
            .Where(f => f.Descriptor.FieldType == FieldType.String).ToList())
        {
            foreach (var value in new[] { $"{field.Value}\0", $"{field.Value}\u0007", new string('x', 25_000) })
            {
                field.Set(value);
                var refused = await methods.CallCreate(platform.Officer, draft).RefusedAsync();
                Assert.True(refused.Fields.Contains(field.Path),
                    $"{field.Path}, {(value.Length > 1000 ? "too long" : "control character")}: refused for "
                        + $"{string.Join(", ", refused.Fields)} ({refused.Reason}).");
            }
            field.Set(field.Value);
        }
        await methods.CallGet(platform.Officer, draft.Name).IsRefusedAsync("RESOURCE_NOT_FOUND", ("resource", draft.Name));
    }

    [Theory, EveryResource]
    public async Task Create_EachEnumerationWithAValueThatIsNotKnown_IsRefusedNamingTheField(string type)
    {
        var methods = ResourceMethods.Of(type);
        var draft = await platform.DraftAsync(type);

        foreach (var field in ResourceFields.Of(draft, methods.Field).Where(f => f.Descriptor.FieldType == FieldType.Enum).ToList())
        {
            field.Set(99);
            Assert.Contains(field.Path, (await methods.CallCreate(platform.Officer, draft).RefusedAsync()).Fields);
            field.Set(field.Value);
        }
    }

    [Theory, EveryResource]
    public async Task Create_EachReferenceToWhatDoesNotExist_IsRefusedNamingFieldAndResource(string type)
    {
        var methods = ResourceMethods.Of(type);
        var draft = await platform.DraftAsync(type);

        foreach (var field in ResourceFields.Of(draft, methods.Field).Where(IsCheckedReference).ToList())
        {
            var unknown = $"{field.Value}x";
            field.Set(unknown);
            await methods.CallCreate(platform.Officer, draft)
                .IsRefusedAsync("REFERENCE_NOT_FOUND", ("field", field.Path), ("resource", unknown));
            field.Set(field.Value);
        }
        await methods.CallGet(platform.Officer, draft.Name).IsRefusedAsync("RESOURCE_NOT_FOUND", ("resource", draft.Name));
    }

    [Theory, EveryResource]
    public async Task Create_EachMalformedDay_IsRefusedNamingTheField(string type)
    {
        var methods = ResourceMethods.Of(type);
        var draft = await platform.DraftAsync(type);

        foreach (var field in ResourceFields.Of(draft, methods.Field)
            .Where(f => f.Value is string { Length: 10 } s && DateOnly.TryParse(s, out _)).ToList())
        {
            field.Set("2013-02-30");
            Assert.Contains(field.Path, (await methods.CallCreate(platform.Officer, draft).RefusedAsync()).Fields);
            field.Set(field.Value);
        }
    }

    [Theory, EveryResource]
    public async Task Get_NameThatDoesNotExistOrCannot_IsNotFound(string type)
    {
        var methods = ResourceMethods.Of(type);

        foreach (var name in new[] { (await platform.DraftAsync(type)).Name, "participants/IDN", "nonsense", "a\0b", "" })
            await methods.CallGet(platform.Reader, name).IsRefusedAsync("RESOURCE_NOT_FOUND", ("resource", name));
    }

    [Theory, EveryResource]
    public async Task Get_OnBothClocks_TellsWhatWasTrueAndKnown(string type)
    {
        var methods = ResourceMethods.Of(type);
        var created = await methods.CreateAsync(platform.Officer, await platform.DraftAsync(type));
        var name = created.Name;

        Assert.Equal(created, await methods.GetAsync(platform.Reader, name, asOf: "2013-03-05"));
        Assert.Equal(created, await methods.GetAsync(platform.Reader, name, knownAt: created.RecordTime));
        await methods.CallGet(platform.Reader, name, asOf: "2013-03-04").IsRefusedAsync("RESOURCE_NOT_FOUND", ("resource", name));
        var moment = (created.RecordTime.ToDateTime() - TimeSpan.FromMicroseconds(1)).ToTimestamp();
        await methods.CallGet(platform.Reader, name, knownAt: moment).IsRefusedAsync("RESOURCE_NOT_FOUND", ("resource", name));
    }

    [Theory, EveryResource]
    public async Task Create_OnlyToBeValidated_TellsTheAnswerAndRecordsNothing(string type)
    {
        var methods = ResourceMethods.Of(type);
        var draft = await platform.DraftAsync(type);
        var request = ResourceMethods.Request(methods.Create, (methods.Field, draft), ("request_id", PlatformFixture.NewId()),
            ("validate_only", true), methods.AllowDuplicate);

        var answer = await platform.Officer.Call(methods.Create, request);

        var told = (IResource)answer.Descriptor.Fields[1].Accessor.GetValue(answer);
        Assert.Equal((1, null), (told.Version, told.RecordTime));
        Assert.Equal(Required(draft), Required(told));
        await methods.CallGet(platform.Reader, draft.Name).IsRefusedAsync("RESOURCE_NOT_FOUND", ("resource", draft.Name));
        var created = await methods.CreateAsync(platform.Officer, draft);
        await platform.Officer.Call(methods.Create, request).IsRefusedAsync("RESOURCE_EXISTS", ("resource", draft.Name));
        Assert.Single(await methods.ChangesAsync(platform.Officer, created.Name));
    }

    [Theory, EveryResource]
    public async Task Retract_WhatNobodyNames_IsGoneOnEveryDayAndStillKnownBefore(string type)
    {
        var methods = ResourceMethods.Of(type);
        var created = await methods.CreateAsync(platform.Officer, await platform.DraftAsync(type));
        var name = created.Name;
        var request = new RetractResourceRequest
        {
            Name = name,
            Etag = created.Etag,
            Reason = "Recorded twice.",
            RequestId = PlatformFixture.NewId(),
        };

        var retracted = await platform.Officer.Records.RetractResourceAsync(request);

        Assert.Equal(2, retracted.Version);
        await methods.CallGet(platform.Reader, name).IsRefusedAsync("RESOURCE_NOT_FOUND", ("resource", name));
        await methods.CallGet(platform.Reader, name, asOf: "2013-03-05").IsRefusedAsync("RESOURCE_NOT_FOUND", ("resource", name));
        Assert.Equal(created, await methods.GetAsync(platform.Reader, name, asOf: "2013-03-05", knownAt: created.RecordTime));
        Assert.Equal(created, await methods.GetAsync(platform.Reader, name, knownAt: created.RecordTime));
        var last = ResourceMethods.LatestOf(await methods.ChangesAsync(platform.Officer, name));
        Assert.Equal((ChangeKind.Retracted, "Recorded twice.", true), (last.Kind, last.Reason, last.Current));
        Assert.Equal(retracted, await platform.Officer.Records.RetractResourceAsync(request));
        await platform.Officer.Records.RetractResourceAsync(new() { Name = name, Reason = "Again." })
            .IsRefusedAsync("RESOURCE_NOT_FOUND", ("resource", name));
        await methods.CallCreate(platform.Officer, created).IsRefusedAsync("RESOURCE_EXISTS", ("resource", name));
    }

    [Theory, EveryResource]
    public async Task Get_MalformedDayOrMoment_IsRefused(string type)
    {
        var methods = ResourceMethods.Of(type);

        await methods.CallGet(platform.Reader, "participants/idn", asOf: "5 March 2013").IsRefusedForFieldAsync("as_of");
        await methods.CallGet(platform.Reader, "participants/idn", knownAt: new Timestamp { Seconds = long.MaxValue })
            .IsRefusedForFieldAsync("known_at");
        await methods.CallGet(platform.Reader, "participants/idn", knownAt: new Timestamp { Nanos = -1 })
            .IsRefusedForFieldAsync("known_at");
    }

    [Fact]
    public async Task ListChanges_OfWhatDoesNotExist_IsNotFound()
    {
        var list = SpecifiesAttribute.ServiceOf(GetType().Assembly).FindMethodByName("ListChanges");

        foreach (var name in new[] { "participants/nobody", "a\0b", "" })
        {
            await platform.Officer.Call(list, ResourceMethods.Request(list, ("name", name))).IsRefusedAsync("RESOURCE_NOT_FOUND",
                ("resource", name));
        }
        await platform.Officer.Call(list, ResourceMethods.Request(list, ("name", "participants/nobody"), ("page_size", -1)))
            .IsRefusedForFieldAsync("page_size");
    }

    // The attendance's party is part of its name; the meeting of a document may come after it.
    private static bool IsCheckedReference(ResourceField field) =>
        field.Value is string value
        && (value.StartsWith("participants/", StringComparison.Ordinal) || value.StartsWith("bodies/", StringComparison.Ordinal)
            || value.StartsWith("meetings/", StringComparison.Ordinal) || value.StartsWith("documents/", StringComparison.Ordinal))
        && field.Descriptor.Name != "name" && field.Path is not ("attendance.party" or "document.meeting");

    // What a caller gives: the resource without what the service sets.
    private static IMessage Required(IResource record)
    {
        var given = (IResource)record.Descriptor.Parser.ParseFrom(record.ToByteString());
        foreach (var field in record.Descriptor.Fields.InDeclarationOrder().Where(f => f.Name is "etag" or "version" or "record_time"))
        {
            field.Accessor.Clear(given);
        }
        return given;
    }
}
