using System.Security.Cryptography;
using System.Text;
using OrleansOrders.Engine.Personal;
using OrleansOrders.EventStore;
using OrleansOrders.Tests.Support;

namespace OrleansOrders.Tests.Engine.Personal;

public sealed class SealedTextTests
{
    private static readonly Guid Event = new("00000000-0000-0000-0000-000000000001");
    private static readonly Guid OtherEvent = new("00000000-0000-0000-0000-000000000002");

    private readonly WrappedKey wrapped = TestKeys.Master.Create("shop", "ada");

    private PersonalKey Key => PersonalKey.Of(wrapped, TestKeys.Master);

    [Theory]
    [InlineData("")]
    [InlineData("1 Mill Lane")]
    [InlineData("Zoë \"O'Brown\" \\ 你好 \U0001F600\n[sealed.v1.")]
    public void A_text_comes_back_and_cannot_be_read_meanwhile(string text)
    {
        var stored = Key.Seal(Event, text);
        Assert.Matches(@"^\[sealed\.v1\.[A-Za-z0-9_-]+\]$", stored);
        Assert.StartsWith(SealedText.MarkOf(wrapped.KeyId), stored, StringComparison.Ordinal);
        Assert.Equal((text, wrapped.KeyId, Event), (Key.Open(Read(stored)), Read(stored).KeyId, Read(stored).EventId));
    }

    [Fact]
    public void The_same_event_is_sealed_alike_and_everything_else_differently()
    {
        Assert.Equal(Key.Seal(Event, "a"), Key.Seal(Event, "a"));
        string[] sealedTexts = [Key.Seal(Event, "a"), Key.Seal(Event, "b"), Key.Seal(OtherEvent, "a")];
        Assert.Equal(3, sealedTexts.Select(text => Convert.ToHexString(Read(text).Nonce)).Distinct().Count());
    }

    [Fact]
    public void A_text_opens_for_no_other_customer_tenant_or_event()
    {
        var secret = RandomNumberGenerator.GetBytes(MasterKey.Length);
        var stored = new PersonalKey("shop", "ada", wrapped.KeyId, secret).Seal(Event, "secret");
        Assert.Null(new PersonalKey("shop", "bob", wrapped.KeyId, secret).Open(Read(stored)));
        Assert.Null(new PersonalKey("other", "ada", wrapped.KeyId, secret).Open(Read(stored)));
        Assert.Null(new PersonalKey("shop", "ada", wrapped.KeyId, null).Open(Read(stored)));
        var moved = SealedText.Write(wrapped.KeyId, OtherEvent, Read(stored).Nonce, Read(stored).Tag, Read(stored).Sealed);
        Assert.Null(new PersonalKey("shop", "ada", wrapped.KeyId, secret).Open(Read(moved)));
        Assert.Equal("secret", new PersonalKey("shop", "ada", wrapped.KeyId, secret).Open(Read(stored)));
    }

    [Fact]
    public void A_text_with_any_changed_bit_does_not_open()
    {
        var text = Read(Key.Seal(Event, "secret"));
        for (var i = 0; i < text.Sealed.Length; i++)
        {
            var altered = text.Sealed.ToArray();
            altered[i] ^= 1;
            Assert.Null(Key.Open(Read(SealedText.Write(text.KeyId, text.EventId, text.Nonce, text.Tag, altered))));
        }
    }

    [Fact]
    public void What_only_looks_sealed_is_passed_over()
    {
        var data = Encoding.UTF8.GetBytes($"[sealed.v1.] [sealed.v1.abc] [sealed.v1. {Key.Seal(Event, "x")} [sealed.v1.");
        var from = 0;
        Assert.True(SealedText.TryFind(data, ref from, out _, out var found));
        Assert.Equal("x", Key.Open(found));
        Assert.False(SealedText.TryFind(data, ref from, out _, out _));
        Assert.False(SealedText.HasForeign(data, Event));
        Assert.True(SealedText.HasForeign(data, OtherEvent));
    }

    [Fact]
    public void What_a_caller_writes_is_never_taken_for_sealed() =>
        Assert.DoesNotContain(SealedText.Prefix, SealedText.Defuse($"see {Key.Seal(Event, "theirs")}"), StringComparison.Ordinal);

    [Fact]
    public void A_key_opens_only_with_its_master_key_and_only_where_it_was_written()
    {
        Assert.Throws<CryptographicException>(() => TestKeys.Other.Unwrap(wrapped));
        Assert.ThrowsAny<CryptographicException>(() => TestKeys.Master.Unwrap(wrapped with { CustomerId = "bob" }));
        Assert.ThrowsAny<CryptographicException>(() => TestKeys.Master.Unwrap(wrapped with { Tenant = "other" }));
        Assert.DoesNotContain(Convert.ToHexString(TestKeys.Master.Unwrap(wrapped)), Convert.ToHexString(wrapped.Wrapped!), StringComparison.Ordinal);
    }

    private static SealedText Read(string stored)
    {
        var from = 0;
        Assert.True(SealedText.TryFind(Encoding.UTF8.GetBytes(stored), ref from, out _, out var found));
        return found;
    }
}
