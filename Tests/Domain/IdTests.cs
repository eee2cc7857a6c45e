using OrleansOrders.Domain;

namespace OrleansOrders.Tests.Domain;

public sealed class IdTests
{
    [Fact]
    public void The_same_parts_give_the_same_id_for_ever() =>
        Assert.Equal("1e3fc192-3ec1-89ed-92d1-1987c7360e8d", Ids.Derive("default", "key-1").ToString());

    [Fact]
    public void Parts_are_kept_apart()
    {
        Guid[] ids = [Ids.Derive("ab", "c"), Ids.Derive("a", "bc"), Ids.Derive("abc"), Ids.Derive("abc", ""), Ids.Derive(), Ids.Derive("")];
        Assert.Equal(ids.Length, ids.Distinct().Count());
    }

    [Fact]
    public void An_event_has_the_id_of_its_command_and_place()
    {
        var command = Ids.Derive("default", "key-1");
        var ids = Enumerable.Range(0, 1_000).Select(index => Ids.OfEvent(command, index)).Append(command).ToArray();
        Assert.Equal(ids.Length, ids.Distinct().Count());
        Assert.Equal("c09e9632-b314-8c0b-a913-59b8bad76524", Ids.OfEvent(command, 7).ToString());
    }

    [Fact]
    public void Ids_say_that_they_are_made_by_rules_of_our_own()
    {
        var id = Ids.Derive("default", "key-1");
        Assert.Equal((8, 'a'), (id.Version, "89ab".Contains(id.ToString()[19], StringComparison.Ordinal) ? 'a' : '-'));
    }

    [Theory]
    [InlineData("00000000-0000-0000-0000-000000000000", "00000000000000000000000000")]
    [InlineData("00000000-0000-0000-0000-000000000001", "00000000000000000000000001")]
    [InlineData("00000000-0000-0000-0000-00000000003f", "0000000000000000000000001z")]
    [InlineData("ffffffff-ffff-ffff-ffff-ffffffffffff", "7zzzzzzzzzzzzzzzzzzzzzzzzz")]
    [InlineData("01020304-0506-0708-090a-0b0c0d0e0f10", "01081g81860w40j2gb1g6gw3rg")]
    public void A_text_form_has_26_characters_of_base_32(string id, string text)
    {
        Assert.Equal(26, Ids.Text(Guid.Parse(id)).Length);
        Assert.Equal(text, Ids.Text(Guid.Parse(id)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(8)]
    [InlineData(100)]
    [InlineData(int.MaxValue)]
    public void A_wait_is_between_half_and_all_of_its_doubled_length(int attempt)
    {
        var full = TimeSpan.FromTicks(Math.Min(
            (long)(Limits.FirstBackoff.Ticks * Math.Pow(2, Math.Clamp(attempt - 1, 0, 30))), Limits.LongestBackoff.Ticks));
        foreach (var id in Enumerable.Range(0, 200).Select(i => $"o{i}"))
        {
            Assert.InRange(Backoff.After(id, attempt), full / 2, full);
            Assert.Equal(Backoff.After(id, attempt), Backoff.After(id, attempt));
        }
    }

    [Fact]
    public void Waits_are_spread_so_that_sagas_do_not_come_back_all_at_once() =>
        Assert.True(Enumerable.Range(0, 200).Select(i => Backoff.After($"o{i}", 3)).Distinct().Count() > 190);

    [Fact]
    public void Later_is_in_utc_and_never_beyond_the_end_of_time()
    {
        var end = DateTimeOffset.MaxValue;
        Assert.Equal(end, Backoff.Later(end, TimeSpan.FromTicks(1)));
        Assert.Equal(end, Backoff.Later(end.AddSeconds(-1), TimeSpan.FromSeconds(1)));
        var east = new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.FromHours(14));
        Assert.Equal(new DateTimeOffset(2026, 2, 28, 22, 0, 1, TimeSpan.Zero), Backoff.Later(east, TimeSpan.FromSeconds(1)));
        Assert.Equal(TimeSpan.Zero, Backoff.Later(east, TimeSpan.FromSeconds(1)).Offset);
    }
}
