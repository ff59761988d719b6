using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using Platform.Common.V1;

namespace Platform.Fixtures;

/// <summary>What holds of changing every type of resource that can be changed.</summary>
public abstract class UpdateSpecification(PlatformFixture platform)
{
    [Theory, EveryUpdatableResource]
    public async Task Update_FieldOfTheMask_IsChangedAndNoOther(string type)
    {
        var (methods, created) = await RecordedAsync(type);
        var field = Changeable(created);
        var request = Copy(created);
        foreach (var text in request.Descriptor.Fields.InDeclarationOrder().Where(f => f.FieldType == FieldType.String && !f.IsRepeated
            && f.Name is not ("name" or "etag")))
        {
            text.Accessor.Clear(request);
        }
        var given = Copy(created);
        foreach (var each in new[] { request, given })
            Change(each, field);

        var updated = await methods.UpdateAsync(platform.Officer, request, [field.Name]);

        (given.Etag, given.Version, given.RecordTime) = (updated.Etag, 2, updated.RecordTime);
        Assert.Equal(given, updated);
        Assert.NotEqual(created.Etag, updated.Etag);
        Assert.True(updated.RecordTime > created.RecordTime);
        Assert.Equal(updated, await methods.GetAsync(platform.Reader, created.Name));
    }

    [Theory, EveryResourceWithAList]
    public async Task Update_RepeatedField_IsReplacedAsAWhole(string type)
    {
        var (methods, created) = await RecordedAsync(type);
        var sources = EveryResourceWithAListAttribute.ListOf(created.Descriptor)!;
        var emptied = Copy(created);
        ((System.Collections.IList)sources.Accessor.GetValue(emptied)).Clear();

        var updated = await methods.UpdateAsync(platform.Officer, emptied, [sources.Name]);

        Assert.Empty((System.Collections.IList)sources.Accessor.GetValue(updated));
    }

    [Theory, EveryUpdatableResource]
    public async Task Update_Correction_TakesThePlaceOnEveryDayButNotOfWhatWasKnown(string type)
    {
        var (methods, created) = await RecordedAsync(type);
        var corrected = Copy(created);
        Change(corrected, Changeable(created));

        var updated = await methods.UpdateAsync(platform.Officer, corrected, [Changeable(created).Name]);

        Assert.Equal(created.EffectiveDate, updated.EffectiveDate);
        Assert.Equal(ChangeKind.Corrected, ResourceMethods.LatestOf(await methods.ChangesAsync(platform.Officer, created.Name)).Kind);
        Assert.Equal(updated, await methods.GetAsync(platform.Reader, created.Name, asOf: created.EffectiveDate));
        Assert.Equal(created, await methods.GetAsync(platform.Reader, created.Name, asOf: created.EffectiveDate,
            knownAt: created.RecordTime));
    }

    [Theory, EveryUpdatableResource]
    public async Task Update_CorrectionOfAnOlderVersion_TakesItsPlaceAndLeavesWhatTheResourceIs(string type)
    {
        var (methods, created) = await RecordedAsync(type);
        var field = Changeable(created);
        var corrected = Copy(created);
        Change(corrected, field);
        var changed = await methods.UpdateAsync(platform.Officer, created, [field.Name], changeDate: "2013-04-02");
        corrected.Etag = changed.Etag;

        var updated = await methods.UpdateAsync(platform.Officer, corrected, [field.Name]);

        var latest = ResourceMethods.LatestOf(await methods.ChangesAsync(platform.Officer, created.Name));
        Assert.Equal((3, 1, false), (latest.ResourceVersion, latest.CorrectedVersion, latest.Current));
        Assert.Equal(changed, await methods.GetAsync(platform.Reader, created.Name));
        Assert.Equal(changed, await methods.GetAsync(platform.Reader, created.Name, asOf: "2013-04-02"));
        Assert.Equal(updated, await methods.GetAsync(platform.Reader, created.Name, asOf: "2013-04-01"));
        Assert.Equal(created, await methods.GetAsync(platform.Reader, created.Name, asOf: "2013-04-01", knownAt: changed.RecordTime));
        corrected.Etag = "";
        await methods.CallUpdate(platform.Officer, corrected, [field.Name]).IsRefusedByAsync("VERSION_NOT_CORRECTABLE");
    }

    [Theory, EveryUpdatableResource]
    public async Task Update_WithoutSayingWhy_IsRefused(string type)
    {
        var (methods, created) = await RecordedAsync(type);
        var request = ResourceMethods.Request(methods.Update!, (methods.Field, created),
            ("update_mask", new FieldMask { Paths = { Changeable(created).Name } }));

        await platform.Officer.Call(methods.Update!, request).IsRefusedForFieldAsync("change_date");
        foreach (var (correction, field) in new[]
        {
            (new Correction { Reason = "It was wrong." }, "correction.version"),
            (new Correction { Version = 1 }, "correction.reason"),
        })
        {
            methods.Update!.InputType.FindFieldByName("correction").Accessor.SetValue(request, correction);
            await platform.Officer.Call(methods.Update!, request).IsRefusedForFieldAsync(field);
        }
        methods.Update!.InputType.FindFieldByName("correction").Accessor
            .SetValue(request, new Correction { Version = 7, Reason = "It was wrong." });
        await platform.Officer.Call(methods.Update!, request).IsRefusedByAsync("VERSION_NOT_CORRECTABLE");
        Assert.Single(await methods.ChangesAsync(platform.Officer, created.Name));
    }

    [Theory, EveryUpdatableResource]
    public async Task Update_ChangeOfADay_HoldsFromThatDayOn(string type)
    {
        var (methods, created) = await RecordedAsync(type);
        var changed = Copy(created);
        Change(changed, Changeable(created));

        var updated = await methods.UpdateAsync(platform.Officer, changed, [Changeable(created).Name], changeDate: "2013-04-02");

        Assert.Equal("2013-04-02", updated.EffectiveDate);
        Assert.Equal(ChangeKind.Changed, ResourceMethods.LatestOf(await methods.ChangesAsync(platform.Officer, created.Name)).Kind);
        Assert.Equal(updated, await methods.GetAsync(platform.Reader, created.Name, asOf: "2013-04-02"));
        Assert.Equal(created, await methods.GetAsync(platform.Reader, created.Name, asOf: "2013-04-01"));
    }

    [Theory, EveryUpdatableResource]
    public async Task Get_WithoutADay_GivesTheLatestVersion(string type)
    {
        // Its etag is the one that the next update has to name.
        var (methods, created) = await RecordedAsync(type);

        var updated = await methods.UpdateAsync(platform.Officer, created, [Changeable(created).Name], changeDate: "2022-12-06");

        Assert.Equal(updated, await methods.GetAsync(platform.Reader, created.Name));
        Assert.Equal(created, await methods.GetAsync(platform.Reader, created.Name, asOf: "2022-12-05"));
    }

    [Theory, EveryUpdatableResource]
    public async Task Update_ChangeOfADayToCome_IsRefused(string type)
    {
        var (methods, created) = await RecordedAsync(type);

        await methods.CallUpdate(platform.Officer, created, [Changeable(created).Name], changeDate: "2199-01-01")
            .IsRefusedByAsync("EFFECTIVE_IN_FUTURE");
    }

    [Theory, EveryUpdatableResource]
    public async Task Update_ChangeBeforeTheVersionThatIsThere_IsRefused(string type)
    {
        var (methods, created) = await RecordedAsync(type);

        await methods.CallUpdate(platform.Officer, created, [Changeable(created).Name], changeDate: "2013-03-04")
            .IsRefusedByAsync("CHANGE_OUT_OF_ORDER");
    }

    [Theory, EveryUpdatableResource]
    public async Task Update_MalformedChangeDate_IsRefused(string type)
    {
        var (methods, created) = await RecordedAsync(type);

        await methods.CallUpdate(platform.Officer, created, [Changeable(created).Name], changeDate: "2013-02-30")
            .IsRefusedForFieldAsync("change_date");
    }

    [Theory, EveryUpdatableResource]
    public async Task Update_MaskThatIsMissingUnknownOrForbidden_IsRefused(string type)
    {
        var (methods, created) = await RecordedAsync(type);

        await methods.CallUpdate(platform.Officer, created, []).IsRefusedForFieldAsync("update_mask");
        foreach (var path in new[] { "nonsense", "name", "etag", "version", "record_time", "effective_date.x", "*", "" })
            await methods.CallUpdate(platform.Officer, created, [path]).IsRefusedForFieldAsync("update_mask");
        Assert.Single(await methods.ChangesAsync(platform.Officer, created.Name));
    }

    [Theory, EveryUpdatableResource]
    public async Task Update_EffectiveDate_IsCorrectedAndNeverEmptied(string type)
    {
        var (methods, created) = await RecordedAsync(type);
        var request = Copy(created);

        request.EffectiveDate = "";
        await methods.CallUpdate(platform.Officer, request, ["effective_date"]).IsRefusedForFieldAsync("update_mask");
        request.EffectiveDate = "2013-02-30";
        await methods.CallUpdate(platform.Officer, request, ["effective_date"]).IsRefusedForFieldAsync($"{methods.Field}.effective_date");
        request.EffectiveDate = "2013-01-01";
        await methods.UpdateAsync(platform.Officer, request, ["effective_date"]);

        Assert.Equal(2, (await methods.GetAsync(platform.Reader, created.Name, asOf: "2013-01-01")).Version);
    }

    [Theory, EveryUpdatableResource]
    public async Task Update_WithoutTheResourceOrOfOneThatDoesNotExist_IsRefused(string type)
    {
        var methods = ResourceMethods.Of(type);
        var draft = await platform.DraftAsync(type);

        await methods.CallUpdate(platform.Officer, null, ["effective_date"]).IsRefusedForFieldAsync(methods.Field);
        await methods.CallUpdate(platform.Officer, draft, ["effective_date"])
            .IsRefusedAsync("RESOURCE_NOT_FOUND", ("resource", draft.Name));
        draft.Name = "a\0b";
        await methods.CallUpdate(platform.Officer, draft, ["effective_date"])
            .IsRefusedAsync("RESOURCE_NOT_FOUND", ("resource", draft.Name));
    }

    [Theory, EveryUpdatableResource]
    public async Task Update_StaleEtag_IsRefusedAndChangesNothing(string type)
    {
        var (methods, created) = await RecordedAsync(type);
        var field = Changeable(created);
        await methods.UpdateAsync(platform.Officer, created, [field.Name]);

        await methods.CallUpdate(platform.Officer, created, [field.Name]).IsRefusedAsync("ETAG_STALE", ("resource", created.Name));

        Assert.Equal(2, (await methods.ChangesAsync(platform.Officer, created.Name)).Count);
    }

    [Theory, EveryUpdatableResource]
    public async Task Update_WithoutEtag_OverwritesWhateverIsThere(string type)
    {
        var (methods, created) = await RecordedAsync(type);
        created.Etag = "";

        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ =>
            methods.UpdateAsync(platform.Officer, created, [Changeable(created).Name], changeDate: "2013-04-02")));

        Assert.Equal(4, (await methods.GetAsync(platform.Officer, created.Name)).Version);
    }

    [Theory, EveryUpdatableResource]
    public async Task Update_RepeatedWithItsRequestId_GivesTheFirstAnswer(string type)
    {
        var (methods, created) = await RecordedAsync(type);
        var (field, requestId) = (Changeable(created).Name, PlatformFixture.NewId("request"));

        var first = await methods.UpdateAsync(platform.Officer, created, [field], requestId);
        await methods.UpdateAsync(platform.Officer, first, [field]);
        // The etag it names is stale by now: the answer is still the first.
        var second = await methods.UpdateAsync(platform.Officer, created, [field], requestId);

        Assert.Equal(first, second);
        await methods.CallUpdate(platform.Officer, created, ["effective_date"], requestId)
            .IsRefusedAsync("REQUEST_ID_REUSED", ("request_id", requestId));
        Assert.Equal(3, (await methods.ChangesAsync(platform.Officer, created.Name)).Count);
    }

    [Theory, EveryUpdatableResource]
    public async Task Update_OneRequestManyTimesAtOnce_HasOneEffectAndOneAnswer(string type)
    {
        var (methods, created) = await RecordedAsync(type);
        var requestId = PlatformFixture.NewId("request");

        var answers = await Task.WhenAll(Enumerable.Range(0, 6)
            .Select(_ => methods.UpdateAsync(platform.Officer, created, [Changeable(created).Name], requestId)));

        Assert.Single(answers.Distinct());
        Assert.Equal(2, (await methods.ChangesAsync(platform.Officer, created.Name)).Count);
    }

    [Theory, EveryUpdatableResource]
    public async Task Update_EachReferenceToWhatDoesNotExist_IsRefusedNamingFieldAndResource(string type)
    {
        var (methods, created) = await RecordedAsync(type);
        // An attendance is that of its party, whose id is in its name.
        foreach (var field in created.Descriptor.Fields.InDeclarationOrder()
            .Where(f => !f.IsRepeated && f.FieldType == FieldType.String && f.Name is not ("name" or "party")))
        {
            if (field.Accessor.GetValue(created) is not string value || !value.Contains('/', StringComparison.Ordinal)
                || value.StartsWith("https:", StringComparison.Ordinal))
            {
                continue;
            }
            var request = Copy(created);
            field.Accessor.SetValue(request, $"{value}x");
            await methods.CallUpdate(platform.Officer, request, [field.Name])
                .IsRefusedAsync("REFERENCE_NOT_FOUND", ("field", $"{methods.Field}.{field.Name}"), ("resource", $"{value}x"));
        }
        Assert.Single(await methods.ChangesAsync(platform.Officer, created.Name));
    }

    private async Task<(ResourceMethods Methods, IResource Created)> RecordedAsync(string type)
    {
        var methods = ResourceMethods.Of(type);
        return (methods, await methods.CreateAsync(platform.Officer, await platform.DraftAsync(type)));
    }

    // A text that means nothing else; a relation between bodies has none, but its kind will do.
    private static FieldDescriptor Changeable(IResource record) =>
        new[] { "summary", "title", "note", "condition", "mandate", "listed_as", "names", "kind" }.Select(record.Descriptor.FindFieldByName)
            .First(f => f is not null)!;

    private static void Change(IResource record, FieldDescriptor field)
    {
        if (field.IsRepeated)
            ((System.Collections.IList)field.Accessor.GetValue(record)).RemoveAt(1);
        else if (field.FieldType == FieldType.Enum)
            field.Accessor.SetValue(record, 3);
        else
            field.Accessor.SetValue(record, "In other words.");
    }

    private static IResource Copy(IResource record) => (IResource)record.Descriptor.Parser.ParseFrom(record.ToByteString());
}
