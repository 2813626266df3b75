using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace CartEngine.Json;

/// <summary>
/// Escapes as little as JSON allows, for the text goes to the engine and not into a page, and
/// refuses half of a surrogate pair, which other encoders quietly write as another character.
/// </summary>
internal sealed unsafe class StrictEncoder : JavaScriptEncoder
{
    private static readonly JavaScriptEncoder Inner = UnsafeRelaxedJsonEscaping;

    public override int MaxOutputCharactersPerInputCharacter =>
        Inner.MaxOutputCharactersPerInputCharacter;

    // The character that stands for what is none is itself let through as it is, so that it is
    // asked for below only in place of half a pair.
    public override bool WillEncode(int unicodeScalar) =>
        unicodeScalar != Rune.ReplacementChar.Value && Inner.WillEncode(unicodeScalar);

    public override int FindFirstCharacterToEncode(char* text, int textLength) =>
        Inner.FindFirstCharacterToEncode(text, textLength);

    public override bool TryEncodeUnicodeScalar(
        int unicodeScalar, char* buffer, int bufferLength, out int numberOfCharactersWritten) =>
        unicodeScalar == Rune.ReplacementChar.Value
            ? throw new JsonException("half of a surrogate pair is no text")
            : Inner.TryEncodeUnicodeScalar(
                unicodeScalar, buffer, bufferLength, out numberOfCharactersWritten);
}
