using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using OrleansOrders.Domain;
using OrleansOrders.Domain.Contracts;
using OrleansOrders.Tests.Golden;

namespace OrleansOrders.Tests.Domain;

/// <summary>Every text of every event is somebody's or nobody's, and somebody has decided which.</summary>
public sealed class EventTextsTests
{
    public static TheoryData<string> Goldens => [.. GoldenEvents.Expected.Keys];

    [Fact]
    public void Every_text_of_every_event_is_classified_once()
    {
        var texts = ReleasedEvents.All.SelectMany(released => TextsOf(released.Json, "").Select(path => (released.StoredName, path))).ToList();
        var undecided = texts.Where(text => Verdicts(text) != 1).Select(text => $"{text.StoredName}: {text.path}");
        Assert.True(!undecided.Any(), $"Say in EventTexts, once, whether these are personal: {string.Join(", ", undecided)}");
        Assert.Empty(EventTexts.Personal.Concat(EventTexts.ImpersonalHere).Except(texts));
    }

    [Theory, MemberData(nameof(Goldens))]
    public void Exactly_the_personal_texts_are_changed(string golden)
    {
        var @event = GoldenEvents.Expected[golden];
        var storedName = EventCatalog.KindOf(@event).StoredName;
        var before = Values(@event);
        var after = Values(EventTexts.Change(@event, text => text + " changed"));

        var changed = before.Keys.Where(path => before[path] != after[path]).ToList();
        Assert.Equal(EventTexts.Personal.Where(one => one.StoredName == storedName).Select(one => one.Path).Intersect(before.Keys).Order(), changed.Order());
        Assert.All(changed, path => Assert.Equal(before[path] + " changed", after[path]));
        Assert.Equal(changed.Count > 0, EventTexts.HasPersonal(@event));
        Assert.Equal(before, Values(EventTexts.Change(@event, text => text)));
    }

    private static int Verdicts((string StoredName, string Path) text) =>
        (EventTexts.Personal.Contains(text) ? 1 : 0) + (EventTexts.ImpersonalHere.Contains(text) ? 1 : 0)
        + (EventTexts.Impersonal.Contains(text.Path[(text.Path.LastIndexOf('.') + 1)..]) ? 1 : 0);

    private static IEnumerable<string> TextsOf(JsonTypeInfo json, string prefix)
    {
        foreach (var property in json.Properties.Where(property => property.Get is not null))
        {
            var type = property.PropertyType;
            if (type == typeof(string))
            {
                yield return prefix + property.Name;
                continue;
            }
            var part = json.Options.GetTypeInfo(type);
            part = part.ElementType is { } element ? json.Options.GetTypeInfo(element) : part;
            Assert.NotEqual(typeof(string), part.Type); // a list of texts needs a word here and in Change
            if (part.Kind == JsonTypeInfoKind.Object)
            {
                foreach (var path in TextsOf(part, $"{prefix}{property.Name}."))
                    yield return path;
            }
        }
    }

    // Text members that stand in no list: personal ones never do.
    private static Dictionary<string, string> Values(DomainEvent @event)
    {
        var values = new Dictionary<string, string>();
        Add(JsonNode.Parse(EventCatalog.Encode(@event))!.AsObject(), "");
        return values;

        void Add(JsonObject json, string prefix)
        {
            foreach (var (name, member) in json)
            {
                if (member is JsonObject part)
                    Add(part, $"{prefix}{name}.");
                else if (member is not null && member.GetValueKind() == JsonValueKind.String)
                    values.Add(prefix + name, (string)member!);
            }
        }
    }
}
