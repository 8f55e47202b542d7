using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace SsmDsl.Package.Tests;

/// <summary>A test that compiles ahead of time and runs the result: where that cannot be, it is skipped, and says why.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NativeAotFactAttribute : FactAttribute
{
    public NativeAotFactAttribute() => Skip = Reason()!;

    private static string? Reason()
    {
        if (RuntimeInformation.ProcessArchitecture == Architecture.X64 && !(Avx2.IsSupported && Fma.IsSupported))
            return "This processor has no AVX2 and FMA, for which the package compiles ahead of time.";

        // Visual Studio's linker and Xcode's are not on the path; the SDK finds them itself, or the test fails with what it says.
        if (!OperatingSystem.IsLinux()) return null;
        string[] folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        return folders.Any(f => File.Exists(Path.Combine(f, "clang")) || File.Exists(Path.Combine(f, "gcc")))
            ? null
            : "There is neither clang nor gcc on the path, one of which links programs that are compiled ahead of time.";
    }
}
