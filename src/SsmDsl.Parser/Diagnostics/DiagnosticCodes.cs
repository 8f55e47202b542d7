using System.Collections.Immutable;
using static SsmDsl.Diagnostics.Severity;

namespace SsmDsl.Diagnostics;

/// <summary>All codes of the compiler; ids never change their meaning. Each has a page under docs/diagnostics.</summary>
public static class DiagnosticCodes
{
    // Text and names
    public static readonly DiagnosticCode UnexpectedText = new("SSM0001", Error, "Unexpected text");
    public static readonly DiagnosticCode UnknownName = new("SSM0101", Error, "Unknown name");
    public static readonly DiagnosticCode DeclaredTwice = new("SSM0102", Error, "Declared twice in one scope");
    public static readonly DiagnosticCode UnusedParameter = new("SSM0103", Warning, "Parameter is never used");
    public static readonly DiagnosticCode UnusedBinding = new("SSM0104", Warning, "Binding is never used");
    public static readonly DiagnosticCode HidesLibrary = new("SSM0105", Info, "Hides a declaration of the standard library");
    public static readonly DiagnosticCode ContainsItself = new("SSM0106", Error, "Layer or fn contains itself");
    public static readonly DiagnosticCode NotFilledOnce = new("SSM0107", Error, "Output or entry is not given exactly once");

    // Shapes and types
    public static readonly DiagnosticCode SizesDiffer = new("SSM0201", Error, "Sizes differ");
    public static readonly DiagnosticCode WrongRank = new("SSM0202", Error, "Wrong number of axes");
    public static readonly DiagnosticCode IndexHasTwoSizes = new("SSM0203", Error, "One index has two sizes");
    public static readonly DiagnosticCode IndexNotBound = new("SSM0204", Error, "Index is not bound");
    public static readonly DiagnosticCode SizeUnknown = new("SSM0205", Error, "Dimension or range is neither given nor inferable");
    public static readonly DiagnosticCode NotStatic = new("SSM0206", Error, "Parameter shape or repeat count is not static");
    public static readonly DiagnosticCode IndexLeavesAxis = new("SSM0207", Error, "Index can leave its axis");
    public static readonly DiagnosticCode WrongElementType = new("SSM0208", Error, "Wrong element type");
    public static readonly DiagnosticCode DivisionLeavesRemainder = new("SSM0209", Error, "Division of dimensions leaves a remainder");
    public static readonly DiagnosticCode NeedsBroadcast = new("SSM0210", Error, "Operands of different rank");
    public static readonly DiagnosticCode WrongArgument = new("SSM0211", Error, "Unknown, repeated or missing argument");
    public static readonly DiagnosticCode DirectionLifted = new("SSM0212", Warning, "Layer with a direction is lifted over a dynamic axis");
    public static readonly DiagnosticCode AgreeByValueOnly = new("SSM0213", Warning, "Sizes agree only by the values given");

    // Time
    public static readonly DiagnosticCode DependsOnItself = new("SSM0301", Error, "Depends on itself at the same step");
    public static readonly DiagnosticCode BothDirections = new("SSM0302", Error, "Recurs in both directions");
    public static readonly DiagnosticCode NotSteppable = new("SSM0304", Info, "Cannot run step by step");

    // What the theory of these models says
    public static readonly DiagnosticCode Unstable = new("SSM0401", Warning, "Linear recurrence can blow up");
    public static readonly DiagnosticCode StackIsLinear = new("SSM0402", Warning, "Linear recurrences with nothing nonlinear between them");
    public static readonly DiagnosticCode HorizonNotReached = new("SSM0403", Warning, "Memory is shorter than the horizon");
    public static readonly DiagnosticCode RealModesOnly = new("SSM0404", Info, "Every mode is real and diagonal");

    // How it runs
    public static readonly DiagnosticCode RunsStepByStep = new("SSM0501", Info, "Recurrence runs step by step");
    public static readonly DiagnosticCode Internal = new("SSM0901", Error, "Defect of the compiler");

    /// <summary>Every code above, in the order of ids.</summary>
    public static ImmutableArray<DiagnosticCode> All { get; } =
    [
        UnexpectedText,
        UnknownName, DeclaredTwice, UnusedParameter, UnusedBinding, HidesLibrary, ContainsItself, NotFilledOnce,
        SizesDiffer, WrongRank, IndexHasTwoSizes, IndexNotBound, SizeUnknown, NotStatic, IndexLeavesAxis,
        WrongElementType, DivisionLeavesRemainder, NeedsBroadcast, WrongArgument, DirectionLifted, AgreeByValueOnly,
        DependsOnItself, BothDirections, NotSteppable,
        Unstable, StackIsLinear, HorizonNotReached, RealModesOnly,
        RunsStepByStep, Internal,
    ];
}
