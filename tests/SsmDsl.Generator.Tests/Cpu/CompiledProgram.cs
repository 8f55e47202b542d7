using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Loader;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using SsmDsl.Emit;
using SsmDsl.Interpretation;
using SsmDsl.Ir;
using SsmDsl.Programs;
using SsmDsl.Semantics;

namespace SsmDsl.Generator.Tests.Cpu;

/// <summary>A graph program compiled to machine code in memory, run on plain memory.</summary>
internal sealed unsafe class CompiledProgram
{
    private static readonly MetadataReference[] References =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(p => Path.GetFileName(p) is var name && (name.StartsWith("System.", StringComparison.Ordinal) || name == "SsmDsl.Runtime.dll"))
            .Select(p => MetadataReference.CreateFromFile(p)),
    ];

    private readonly GraphProgram graph;
    private readonly RealType real;
    private readonly KernelProgram program;

    private CompiledProgram(GraphProgram graph, RealType real, string source, KernelProgram program)
    {
        this.graph = graph;
        this.real = real;
        this.program = program;
        Source = source;
    }

    public string Source { get; }

    public static CompiledProgram Of(GraphProgram graph, RealType real, CpuOptions? options = null, bool precise = false)
    {
        string text = ProgramFile.Of(CpuEmitter.Emit([new NamedProgram(graph, "Compiled", real) { IsPrecise = precise }], options ?? CpuOptions.Default), "internal");
        var compilation = CSharpCompilation.Create(
            "Generated" + Guid.NewGuid().ToString("N"),
            [CSharpSyntaxTree.ParseText(text, new CSharpParseOptions(LanguageVersion.Preview))],
            References,
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true, optimizationLevel: OptimizationLevel.Release, checkOverflow: true));
        using var image = new MemoryStream();
        Microsoft.CodeAnalysis.Emit.EmitResult result = compilation.Emit(image);
        string[] problems = [.. result.Diagnostics.Where(d => d.Severity >= Microsoft.CodeAnalysis.DiagnosticSeverity.Warning).Select(d => d.ToString())];
        if (problems.Length > 0) throw new InvalidOperationException(string.Join("\n", problems) + "\n" + text);
        image.Position = 0;
        Assembly assembly = new AssemblyLoadContext(null, isCollectible: true).LoadFromStream(image);
        return new CompiledProgram(graph, real, text, (KernelProgram)Activator.CreateInstance(assembly.GetType(ProgramFile.Namespace + ".Compiled")!)!);
    }

    /// <summary>Runs the program and returns the values of its output ports as the interpreter does.</summary>
    /// <exception cref="GraphFaultException">A run-time check failed.</exception>
    public IReadOnlyDictionary<Port, double[]> Run(InterpreterInput input, WorkPool? pool = null)
    {
        var owned = new List<nint>();
        try
        {
            return Run(input, pool ?? new SerialPool(), owned);
        }
        finally
        {
            foreach (nint block in owned) NativeMemory.AlignedFree((void*)block);
        }
    }

    private Dictionary<Port, double[]> Run(InterpreterInput input, WorkPool pool, List<nint> owned)
    {
        nint[] dims = [.. graph.Dynamic.Select(d => (nint)input.Sizes[d])];
        Port[] ports = [.. graph.Inputs, .. graph.Outputs];
        Assert.Equal(ports.Length, program.Slots.Length);
        nint[] slots = new nint[ports.Length];
        for (int i = 0; i < ports.Length; i++)
        {
            double[] values = new double[Count(ports[i].Tensor, input)];
            if (i < graph.Inputs.Length) values = input.Read(ports[i]);
            else Array.Fill(values, 12345);
            slots[i] = Store(values, program.Slots[i].Element, owned);
        }

        nint[] sizes = new nint[program.Buffers.Length];
        program.BufferSizes(dims, sizes);
        nint[] buffers = [.. sizes.Select(s => Allocate(s, owned))];
        FaultRecord fault = default;
        fixed (nint* dim = dims, slot = slots, buffer = buffers)
        {
            var run = new ProgramRun
            {
                Dims = dim,
                Slots = (void**)slot,
                Buffers = (byte**)buffer,
                RandomKey = SsmDsl.Numerics.Philox.RunKey(input.Seed, input.Step),
                Training = input.Training,
                Start = input.Start,
                Offset = input.Offset,
                Pool = pool,
                Faults = &fault,
            };
            bool isPrepared = program.Buffers.ToArray().Any(b => b.IsPrepared);
            if (isPrepared) program.Run(run with { Prepares = true });
            program.Run(run);

            // What is prepared must outlast a run.
            if (isPrepared && fault.Check == 0) program.Run(run);
        }

        if (fault.Check > 0)
        {
            CheckInfo check = program.Checks[fault.Check - 1];
            Tensor? index = graph.Inputs.Select(p => p.Tensor).FirstOrDefault(t => t.Name == check.Index);
            long position = fault.Position + (fault.Sequence == 0 ? 0 : fault.Sequence * Count(index!, input) / input.Sizes[DimSymbol.Batch]);
            throw new GraphFaultException(check.Indexed ?? check.Index, check.Index, position, fault.Value, "");
        }

        return Enumerable.Range(graph.Inputs.Length, graph.Outputs.Length).ToDictionary(
            i => ports[i],
            i => Load(slots[i], program.Slots[i].Element, Count(ports[i].Tensor, input)));
    }

    private static int Count(Tensor tensor, InterpreterInput input) =>
        (int)tensor.Axes.Aggregate(1L, (n, a) => n * a.Size.Evaluate(s => input.Sizes[s])) * (tensor.Element == ElementType.Complex ? 2 : 1);

    // Filled with bytes that are no number, so that a place that nothing wrote is seen.
    private static nint Allocate(nint bytes, List<nint> owned)
    {
        void* block = NativeMemory.AlignedAlloc((nuint)(bytes + 64), 64);
        NativeMemory.Fill(block, (nuint)(bytes + 64), 0xFF);
        owned.Add((nint)block);
        return (nint)block;
    }

    private static nint Store(double[] values, ElementKind kind, List<nint> owned)
    {
        nint block = Allocate(8 * values.Length, owned);
        for (int i = 0; i < values.Length; i++)
        {
            switch (kind)
            {
                case ElementKind.Float32: ((float*)block)[i] = (float)values[i]; break;
                case ElementKind.Float64: ((double*)block)[i] = values[i]; break;
                case ElementKind.Int32: ((int*)block)[i] = (int)values[i]; break;
                default: ((bool*)block)[i] = values[i] != 0; break;
            }
        }

        return block;
    }

    private static double[] Load(nint block, ElementKind kind, int count) => [.. Enumerable.Range(0, count).Select(i => kind switch
    {
        ElementKind.Float32 => ((float*)block)[i],
        ElementKind.Float64 => ((double*)block)[i],
        ElementKind.Int32 => ((int*)block)[i],
        _ => ((byte*)block)[i],
    })];
}

/// <summary>Runs items one after the other, the last first if asked: results must not depend on it.</summary>
internal sealed unsafe class SerialPool(bool backwards = false) : WorkPool
{
    public override int Threads => 1;

    /// <summary>However short they are, sequences run one by one.</summary>
    public override nint LeastSequence => backwards ? 0 : base.LeastSequence;

    public override void For(nint count, delegate*<nint, void*, void> body, void* context)
    {
        for (nint i = 0; i < count; i++) body(backwards ? count - 1 - i : i, context);
    }
}
