namespace OrleansOrders.Tests.Tidy.Docs;

/// <summary>Whether the recipes still fit the sources. That what they make builds and works is shown on a copy, in RecipeCopyTests.</summary>
public sealed class RecipeTests
{
    [Fact]
    public void Every_block_of_every_recipe_fits_the_sources()
    {
        var recipes = Recipes.FollowAll();
        Assert.Empty(recipes.Misfits);
        Assert.Equal(5, Recipes.Pages.Count);
        Assert.True(recipes.Files.Count > 40);
    }

    [Theory]
    [InlineData("**`Domain/Order.cs`**\n```diff\n no such line\n+x\n```", "stands there 0 times")]
    [InlineData("**`Domain/Order.cs`**\n```diff\n // Commands\n+x\n```", null)]
    [InlineData("**`Domain/Order.cs`**\n```csharp\nx\n```", "is there already")]
    [InlineData("**`Domain/Nothing.cs`**\n```diff\n x\n+y\n```", "is not there")]
    [InlineData("```diff\n x\n+y\n```", "a block without a file")]
    public void A_block_that_does_not_fit_is_found(string text, string? misfit)
    {
        var recipes = new Recipes();
        recipes.Follow("page.md", text);
        if (misfit is null)
            Assert.Empty(recipes.Misfits);
        else
            Assert.Contains(misfit, Assert.Single(recipes.Misfits), StringComparison.Ordinal);
    }
}
