namespace SsmDsl.Conformance.Tests.Library;

/// <summary>Where a model runs, and in which precision.</summary>
/// <param name="Tolerance">Error of a tensor, as a part of its reference's largest value.</param>
/// <param name="InitialTolerance">The same for initialisers without randomness.</param>
/// <param name="Options">For the tool.</param>
public sealed record TargetDevice(string Name, double Tolerance, double InitialTolerance, params string[] Options)
{
    /// <summary>Why it is not there, or null.</summary>
    public Func<string?> Problem { get; init; } = () => null;

    /// <summary>Those with tests: of every subclass of <see cref="DeviceTests"/> and <see cref="SimulatorTests"/>.</summary>
    public static IReadOnlyList<TargetDevice> All { get; } =
    [
        .. typeof(DeviceTests).Assembly.GetTypes()
            .Where(t => !t.IsAbstract && t.IsAssignableTo(typeof(IDeviceTests)))
            .Select(t => ((IDeviceTests)Activator.CreateInstance(t)!).Device)
            .OrderBy(d => d.Name, StringComparer.Ordinal),
    ];
}
