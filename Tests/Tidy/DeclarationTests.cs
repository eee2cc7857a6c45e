using System.Text.RegularExpressions;

namespace OrleansOrders.Tests.Tidy;

/// <summary>
/// How declarations are written. The compiler's own analyzers for this take a seventh of a build, which is why no build has them
/// and editors, with the same .editorconfig, do.
/// </summary>
public sealed partial class DeclarationTests
{
    [Fact]
    public void A_namespace_is_its_files_and_what_is_used_stands_before_it()
    {
        var strays =
            from file in SourceFiles.CSharp
            from declaration in Members.DeclaredIn(SourceFiles.Read(file))
            where BlockNamespace().IsMatch(declaration.Holder) || BlockNamespace().IsMatch(declaration.Text)
            select $"{file}:{declaration.Line}: {declaration.Text}";
        Assert.Empty(strays);
        Assert.DoesNotContain(SourceFiles.CSharp, file => UsedInside().IsMatch(CSharpText.CodeOf(SourceFiles.Read(file))));
    }

    [Fact]
    public void Every_type_and_member_says_who_may_use_it() => Assert.Empty(
        from file in SourceFiles.CSharp
        from declaration in Members.DeclaredIn(SourceFiles.Read(file))
        where !SaysWhoMayUse(declaration)
        select $"{file}:{declaration.Line}: {declaration.Text.Split('\n')[0]}");

    [Theory]
    [InlineData("class A", "int size;", false)]
    [InlineData("class A", "private int size;", true)]
    [InlineData("class A", "void Go() { }", false)]
    [InlineData("class A", "static async Task Go() => await X.Y();", false)]
    [InlineData("class A", "static A() { }", true)]
    [InlineData("class A", "ValueTask IAsyncDisposable.DisposeAsync() => default;", true)]
    [InlineData("class A", "bool IEquatable<A>.Equals(A? other) => true;", true)]
    [InlineData("public interface IA", "void Go();", true)]
    [InlineData("class A", "named ? named : Find();", true)]
    [InlineData("class A", "string? name;", false)]
    [InlineData("", "class A", false)]
    [InlineData("", "file sealed class A", true)]
    [InlineData("", "enum A { B }", false)]
    [InlineData("", "return await Program.Run(args);", true)]
    public void A_declaration_that_does_not_say_it_is_found(string holder, string text, bool isFine) =>
        Assert.Equal(isFine, SaysWhoMayUse(new Declaration(holder, text, 1)));

    private static bool SaysWhoMayUse(Declaration declaration) =>
        Says().IsMatch(declaration.Text) || Interface().IsMatch(declaration.Holder)
        || (declaration.Holder.Length == 0 ? !Type().IsMatch(declaration.Text) : NeedsNot().IsMatch(declaration.Text));

    [GeneratedRegex(@"^namespace\s+[\w.]+\s*(\{|$)")]
    private static partial Regex BlockNamespace();

    [GeneratedRegex(@"^namespace\b(.|\n)*^\s*(global\s+)?using\s+(static\s+)?[A-Z][\w.]*\s*(=[^;(]*)?;", RegexOptions.Multiline)]
    private static partial Regex UsedInside();

    [GeneratedRegex(@"^(public|private|protected|internal|file)\b")]
    private static partial Regex Says();

    [GeneratedRegex(@"\binterface\s+\w")]
    private static partial Regex Interface();

    [GeneratedRegex(@"^((static|sealed|abstract|partial|readonly|ref|unsafe)\s+)*(class|struct|interface|record|enum|delegate)\s")]
    private static partial Regex Type();

    // Static constructors, what implements an interface by its name, and what is left of a value after a brace in it.
    [GeneratedRegex(@"^(static\s+\w+\(\)|\W|\w+ \?|$|[^=(]*\s[\w<>, ?]+\.(\w+|this)\s*(<[^>]*>)?\s*([({\[]|=>))")]
    private static partial Regex NeedsNot();
}
