using System.Text.RegularExpressions;
using OrleansOrders.Tests.Faults;
using OrleansOrders.Tests.Tidy.Docs;

namespace OrleansOrders.Tests.Docs;

/// <summary>The recipes, followed on a copy of the sources: it builds, and the tests that they name pass.</summary>
[Collection(FaultsOneByOne.Name)]
public sealed partial class RecipeCopyTests(RecipeCopyTests.FollowedCopy copy) : IClassFixture<RecipeCopyTests.FollowedCopy>
{
    [Theory, Trait("tier", "faults")]
    [InlineData("event.md and event-version.md", "ShipmentTests|EvolveTests|Golden|TitlesTests|Domain.Contracts")]
    [InlineData("projection.md", "ShipmentsTests|ProjectionFoldTests|RowSecurityTests")]
    [InlineData("saga-step.md", "ScreeningTests|FulfilmentTests|FulfilmentTableTests|FulfilmentRunnerTests|ImpossibleEventTests|Domain.Properties")]
    [InlineData("aggregate.md", "VoucherTests|VoucherEngineTests|RefusalTests|StateCatalogTests|PublishedEventsTests")]
    [InlineData("what all have in common", "Tidy.SizeTests|Tidy.SqlTests|Tidy.TextTests|Tidy.ReferenceTests|SeedRunTests|VerificationTests")]
    public async Task A_followed_recipe_builds_and_its_tests_pass(string recipe, string tests)
    {
        Assert.NotEmpty(recipe);
        var filter = string.Join('|', tests.Split('|').Select(name => $"FullyQualifiedName~{name}"));
        var said = await copy.Test(filter);
        Assert.True(int.Parse(Passed().Match(said).Groups[1].Value) >= tests.Split('|').Length, said);
    }

    [GeneratedRegex(@"Passed:\s+(\d+)")]
    private static partial Regex Passed();

    /// <summary>Built once for all.</summary>
    public sealed class FollowedCopy : IAsyncLifetime
    {
        private readonly RepositoryCopy _copy = new();
        private Task? _built;

        public Task InitializeAsync() => Task.CompletedTask;

        public Task DisposeAsync()
        {
            _copy.Dispose();
            return Task.CompletedTask;
        }

        public async Task<string> Test(string filter)
        {
            await (_built ??= Build());
            return await _copy.Run(_copy.Root, "test", "Tests", "-c", "Release", "--no-build", "--nologo", "--filter", filter);
        }

        private async Task Build()
        {
            _copy.TakeSources();
            foreach (var (file, lines) in Recipes.FollowAll().Files)
            {
                Directory.CreateDirectory(Path.GetDirectoryName(_copy.PathOf(file))!);
                await File.WriteAllTextAsync(_copy.PathOf(file), string.Join('\n', lines));
            }
            await _copy.Run(_copy.Root, "build", "Tests", "-c", "Release", "--nologo", "-v", "quiet", "-p:UseSharedCompilation=false");
            // The last line of most recipes.
            await _copy.Run(_copy.Root, _copy.PathOf("Tests/bin/Release/net10.0/orders.dll"), "contracts");
        }
    }
}
