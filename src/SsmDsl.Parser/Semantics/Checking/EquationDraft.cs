using System.Collections.Immutable;
using SsmDsl.Syntax;
using SsmDsl.Text;

namespace SsmDsl.Semantics.Checking;

/// <summary>An equation of a run while types and sizes are looked for.</summary>
internal sealed class EquationDraft(AssignSyntax syntax)
{
    public AssignSyntax Syntax { get; } = syntax;

    /// <summary>The indices of its left side, in the order of their first occurrence.</summary>
    public List<IndexEntry> Indices { get; } = [];

    public List<LeftTarget> Targets { get; } = [];
}

/// <summary>A left side: a tensor with a position for each axis, or with <c>..</c> for those of the value.</summary>
internal sealed class LeftTarget(AssignTargetSyntax syntax, RunTensor tensor)
{
    public AssignTargetSyntax Syntax { get; } = syntax;

    public RunTensor Tensor { get; } = tensor;

    /// <summary>Where <c>..</c> stands; -1 if nowhere.</summary>
    public int Slice { get; init; }

    /// <summary>It gives states before the first step (or after the last).</summary>
    public bool IsInitial { get; set; }

    /// <summary>What the right side has: type, and sizes of the sliced axes.</summary>
    public TensorValue? Value { get; set; }

    public SourceSpan Place => Syntax.Span;

    /// <summary>Number of axes besides those of the slice.</summary>
    public int Positions => Syntax.Indices.Length - (Slice >= 0 ? 1 : 0);
}

/// <summary>A tensor that a run of equations defines.</summary>
internal sealed class RunTensor(TensorName name, OutputName? output)
{
    public TensorName Name { get; } = name;

    public OutputName? Output { get; } = output;

    public List<LeftTarget> Parts { get; } = [];

    /// <summary>An error was found in its left sides: nothing is stated.</summary>
    public bool IsBroken { get; set; }

    public IEnumerable<LeftTarget> Whole => Parts.Where(p => !p.IsInitial);
}

/// <summary>A run of equations as it was stated: what is checked once all of the layer is known.</summary>
internal sealed record StatedRun(ImmutableArray<RunTensor> Tensors, ImmutableArray<CheckedStatement> Statements);
