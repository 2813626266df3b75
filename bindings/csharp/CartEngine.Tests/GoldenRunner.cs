using System.Reflection;
using System.Runtime.InteropServices;
using CartEngine.Native;

namespace CartEngine.Tests;

/// <summary>The first difference between a golden file and what the engine does.</summary>
internal sealed class GoldenDifference(string message) : Exception(message);

/// <summary>
/// Runs a golden file through the declarations and the handle that the library itself uses.
/// </summary>
internal sealed unsafe class GoldenRunner : IDisposable
{
    private EngineHandle? engine;

    public static void Run(string path)
    {
        using var runner = new GoldenRunner();
        foreach (var step in GoldenSuite.Read(path))
        {
            if (step.IsOpen)
            {
                runner.Open(step);
            }
            else
            {
                runner.Call(step);
            }
        }
    }

    public void Dispose() => engine?.Dispose();

    private void Open(GoldenStep step)
    {
        engine?.Dispose();
        using var texts = new NativeTexts();
        try
        {
            var options = (byte*)texts.Add(step.Arguments.Single());
            EngineHandle.Open(options, out engine).Release();
        }
        catch (CartEngineException exception)
        {
            throw new GoldenDifference($"{step.At}: fails: {exception.Message}");
        }
    }

    private void Call(GoldenStep step)
    {
        var (status, answer) = Answer(step);
        var name = Engine.StatusName((EngineStatus)status);
        if (step.Status is null)
        {
            throw new GoldenDifference($"{step.At}: no status stands in the file");
        }
        if (name != step.Status)
        {
            throw new GoldenDifference(
                $"{step.AtStatus}: the status is {name}, not {step.Status}: {answer}");
        }
        if (answer != step.Answer)
        {
            throw new GoldenDifference(
                $"{step.AtAnswer}: the answer is\n{answer}\nnot\n{step.Answer}");
        }
    }

    /// <summary>Calls a function by its name; its parameters say what is passed where.</summary>
    private (int Status, string? Answer) Answer(GoldenStep step)
    {
        var function = typeof(NativeMethods).GetMethod(
            step.Name, BindingFlags.NonPublic | BindingFlags.Static)
            ?? throw new GoldenDifference($"{step.At}: is no function");
        using var texts = new NativeTexts();
        var request = Request(step, texts);
        byte* answer = null;
        var arguments = new Queue<string?>(step.Arguments);
        var passed = new List<object>();
        foreach (var parameter in function.GetParameters().Select(each => each.ParameterType))
        {
            if (parameter == typeof(byte*) && arguments.Count == 0)
            {
                throw new GoldenDifference($"{step.At}: has too few arguments");
            }
            passed.Add(
                parameter == typeof(EngineHandle) ? engine!
                : parameter == typeof(cart_request*) ? (nint)(&request)
                : parameter == typeof(byte*) ? texts.Add(arguments.Dequeue())
                : parameter == typeof(byte**) ? (nint)(&answer)
                : (nint)0);
        }
        if (arguments.Count > 0)
        {
            throw new GoldenDifference($"{step.At}: has too many arguments");
        }
        var status = (int)function.Invoke(
            null, BindingFlags.DoNotWrapExceptions, null, passed.ToArray(), null)!;
        var text = Marshal.PtrToStringUTF8((nint)answer);
        NativeMethods.cart_string_free(answer);
        return (status, text);
    }

    private static cart_request Request(GoldenStep step, NativeTexts texts)
    {
        var request = new cart_request { struct_size = (nuint)sizeof(cart_request) };
        foreach (var (name, value) in step.Request)
        {
            var text = (byte*)texts.Add(value);
            switch (name)
            {
                case "customer_id":
                    request.customer_id = text;
                    break;
                case "user":
                    request.user = text;
                    break;
                case "request_id":
                    request.request_id = text;
                    break;
                case "correlation_id":
                    request.correlation_id = text;
                    break;
                case "if_match":
                    request.if_match = text;
                    break;
                default:
                    throw new GoldenDifference($"{step.At}: has no field {name}");
            }
        }
        return request;
    }

    /// <summary>Texts in native memory, for as long as a call takes.</summary>
    private sealed class NativeTexts : IDisposable
    {
        private readonly List<nint> texts = [];

        public nint Add(string? text)
        {
            var native = Marshal.StringToCoTaskMemUTF8(text);
            texts.Add(native);
            return native;
        }

        public void Dispose() => texts.ForEach(Marshal.FreeCoTaskMem);
    }
}
