using System.Buffers;
using System.Text.Json;
using OrleansOrders.Domain;

namespace OrleansOrders.Http;

/// <summary>
/// One look at a whole body before it is anybody's data: syntax, duplicate members, and in every string and name what
/// no text may hold. It keeps pointers by itself, because an error's place must be known even where names are odd.
/// </summary>
internal ref struct BodyScan
{
    private readonly Stack<Frame> _frames = new();
    private readonly List<FieldError> _errors = [];
    private readonly List<FieldError> _cards = [];
    private readonly char[] _buffer;
    private Utf8JsonReader _reader;

    private BodyScan(ReadOnlySpan<byte> body, char[] buffer)
    {
        _buffer = buffer;
        _reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = ApiLimits.BodyDepth });
    }

    private sealed class Frame(string pointer, bool isArray)
    {
        private readonly HashSet<string>? _names = isArray ? null : new HashSet<string>(StringComparer.Ordinal);

        private int _count;

        public string Pointer { get; } = pointer;

        public string Current { get; private set; } = pointer;

        public void NextElement() => Current = isArray ? JsonPointer.Append(Pointer, _count++) : Current;

        public bool NextMember(string name)
        {
            Current = JsonPointer.Append(Pointer, name);
            return _names!.Add(name);
        }
    }

    /// <exception cref="ProblemException">The body is not acceptable as JSON.</exception>
    public static void Check(ReadOnlySpan<byte> body)
    {
        var buffer = ArrayPool<char>.Shared.Rent(body.Length + 1);
        try
        {
            new BodyScan(body, buffer).Run();
        }
        finally
        {
            ArrayPool<char>.Shared.Return(buffer, clearArray: true); // it may have held a card number
        }
    }

    private void Run()
    {
        var isMalformed = false;
        try
        {
            while (_reader.Read())
                Token();
        }
        catch (JsonException)
        {
            isMalformed = true;
        }
        // Where a card number was seen nothing else is told: a name or a place could repeat it.
        if (_cards.Count > 0)
            throw new ProblemException(CardNumberProblem(_cards));
        if (isMalformed)
        {
            throw new ProblemException(Problem.Invalid(
                ProblemCodes.MalformedJson, "The body is not strict JSON: no comments, no trailing commas, one value.",
                [new FieldError(Here, FieldCodes.MalformedJson, "Here the JSON ends or breaks.")]));
        }
        if (_errors.Count > 0)
            throw new ProblemException(Problem.Invalid(ProblemCodes.InvalidRequest, Checks.Detail(_errors.Count), _errors));
    }

    public static Problem CardNumberProblem(IEnumerable<FieldError> errors) => Problem.Invalid(
        ProblemCodes.CardNumber, "The request holds what looks like a card number. It was neither stored nor logged.", errors);

    public static FieldError CardNumberAt(string pointer, string? place) => new(
        pointer, FieldCodes.CardNumber, "Card numbers are not taken; send a token of the payment provider.", place);

    private readonly string Here => _frames.TryPeek(out var frame) ? frame.Current : "";

    private void Token()
    {
        switch (_reader.TokenType)
        {
            case JsonTokenType.EndObject or JsonTokenType.EndArray:
                _frames.Pop();
                return;
            case JsonTokenType.PropertyName:
                Name();
                return;
        }
        if (_frames.TryPeek(out var frame))
            frame.NextElement();
        switch (_reader.TokenType)
        {
            case JsonTokenType.StartObject or JsonTokenType.StartArray:
                _frames.Push(new Frame(Here, _reader.TokenType == JsonTokenType.StartArray));
                break;
            case JsonTokenType.String:
                CheckText(Here);
                break;
            case JsonTokenType.Number:
                CheckNumber();
                break;
        }
    }

    private void Name()
    {
        var frame = _frames.Peek();
        if (CheckText(frame.Pointer) is not { } length)
        {
            frame.NextMember("");
            return;
        }
        if (!frame.NextMember(new string(_buffer, 0, length)))
            Add(Here, FieldCodes.DuplicateMember, "The member occurs twice.");
    }

    // The length of the text in the buffer, or null when it is refused.
    private int? CheckText(string pointer)
    {
        int length;
        try
        {
            length = _reader.CopyString(_buffer);
        }
        catch (InvalidOperationException)
        {
            Add(pointer, FieldCodes.InvalidText, "The text is not Unicode: a broken sequence or half a surrogate pair.");
            return null;
        }
        var text = _buffer.AsSpan(0, length);
        if (CardNumbers.Occur(text))
        {
            AddCard(pointer);
            return null;
        }
        if (Texts.Refuse(text) is not { } code)
            return length;
        Add(pointer, code, "Texts hold no control characters.");
        return null;
    }

    private void CheckNumber()
    {
        var digits = _reader.ValueSpan;
        for (var i = 0; i < digits.Length; i++)
            _buffer[i] = (char)digits[i];
        if (CardNumbers.Occur(_buffer.AsSpan(0, digits.Length)))
            AddCard(Here);
    }

    private readonly void AddCard(string pointer)
    {
        if (_cards.Count < ApiLimits.ErrorsPerProblem)
            _cards.Add(CardNumberAt(pointer, null));
    }

    private readonly void Add(string pointer, string code, string detail)
    {
        if (_errors.Count < ApiLimits.ErrorsPerProblem)
            _errors.Add(new FieldError(pointer, code, detail));
    }
}
