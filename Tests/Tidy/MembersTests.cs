using System.Text.RegularExpressions;

namespace OrleansOrders.Tests.Tidy;

/// <summary>The tidy tests are worth as much as what they read code with.</summary>
public sealed class MembersTests
{
    [Theory]
    [InlineData("a // b { \" \n c", "a \n c")]
    [InlineData("a /* { \n } */ b", "a \n b")]
    [InlineData("""a "{\"}" b""", "a b")]
    [InlineData("""a @"{""\" b""", "a b")]
    [InlineData("""a '"' b '\'' c""", "a b c")]
    [InlineData("""a $"{{x}} {f("}")} y" b""", "a b")]
    [InlineData("""a $"{x switch { 1 => "}", _ => "{" }}" b""", "a b")]
    [InlineData(""""a """ " } \" """ b"""", "a b")]
    [InlineData(""""a $$"""{ } {{ "}" }} """ b"""", "a b")]
    [InlineData("a @class b", "a @class b")]
    public void Comments_and_texts_are_not_code(string source, string code)
    {
        var actual = CSharpText.CodeOf(source);
        Assert.Equal(source.Length, actual.Length);
        Assert.Equal(code, Regex.Replace(actual, " +", " "));
    }

    [Fact]
    public void Members_are_found_with_their_lengths()
    {
        const string Source = """
            using System;
            namespace A;

            public sealed record Point(int X, int Y);

            [Serializable]
            public abstract partial class Box<T>(int size = 3) : Base<T>(new { A = 1 })
                where T : class
            {
                private static readonly int[] Table =
                [
                    1, 2,
                ];
                private readonly object options = new Options { A = 1 };

                public int Size { get; init; } = size;

                [Fact(Name = "x")]
                public T Make<TOther>(Record record, string text = "{")
                    where TOther : class
                {
                    void Local()
                    {
                    }
                    if (true) { Local(); }
                    return default!;
                }

                public static string Name(int kind) => kind switch
                {
                    1 => "}",
                    _ => "one",
                };

                public int Wide
                {
                    get;
                    set { field = value; }
                }

                public static bool operator ==(Box<T> a, Box<T> b) => a.Size == b.Size;

                public interface IInner
                {
                    void Nothing();

                    void Something() { }
                }

                private enum Kind { One, Two }
            }
            """;
        Assert.Equal(
            [
                ("[Fact(Name =    )]", 18, 10),
                ("public static string Name(int kind) => kind switch", 29, 5), ("public int Wide", 35, 5),
                ("public static bool operator ==(Box<T> a, Box<T> b) => a.Size == b.Size;", 41, 1),
                ("void Something() { }", 47, 1), ("private enum Kind { One, Two }", 50, 1),
            ],
            Members.Of(Source).Select(member => (member.Header, member.Line, member.Lines)));
    }

    [Fact]
    public void A_long_method_is_seen_wherever_it_is()
    {
        var body = string.Concat(Enumerable.Repeat("        F();\n", SizeTests.LongestMethod));
        Assert.Contains(Members.Of($"class A\n{{\n    class B\n    {{\n        void M()\n        {{\n{body}        }}\n    }}\n}}\n"), IsTooLong);
        Assert.Contains(Members.Of($"class A\n{{\n    int M() => G(() =>\n    {{\n{body}    }});\n}}\n"), IsTooLong);
        Assert.DoesNotContain(Members.Of($"class A\n{{\n    int[] table = [\n{body.Replace("F();", "1,")}    ];\n}}\n"), IsTooLong);
    }

    // If the reader lost its way in a file, methods would go missing, and the limit would mean nothing.
    [Fact]
    public void Every_file_of_ours_is_read_to_its_end()
    {
        foreach (var file in SourceFiles.CSharp)
        {
            var code = CSharpText.CodeOf(SourceFiles.Read(file));
            Assert.True(code.Count(letter => letter == '{') == code.Count(letter => letter == '}'), $"{file}: braces do not match.");
            var methods = Regex.Count(code, @"^ +public (static |override |async )*[\w<>\[\]?., ()]+ \w+(<\w+>)?\((?=[^;]*?(=>|\{))", RegexOptions.Multiline);
            Assert.True(Members.Of(SourceFiles.Read(file)).Count >= Math.Min(methods, 1), $"{file}: methods are not found.");
        }
    }

    private static bool IsTooLong(Member member) => member.Lines > SizeTests.LongestMethod;
}
