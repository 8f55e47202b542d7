using System.Numerics;
using System.Text;
using SsmDsl.Ir;
using SsmDsl.Semantics;

namespace SsmDsl.Interpretation;

/// <summary>Turns positions and scalars into closures over an environment: the values of index variables by slot.</summary>
internal sealed class ScalarCompiler(InterpreterInput input, Func<Tensor, TensorStore> stores, Func<Dim, long> evaluate)
{
    private readonly Dictionary<IndexVar, int> slots = [];
    private readonly ulong runKey = Philox.RunKey(input.Seed, input.Step);

    /// <summary>At least as many as there are slots.</summary>
    public const int MaxSlots = 4096;

    public int Slot(IndexVar variable)
    {
        if (!slots.TryGetValue(variable, out int slot)) slots[variable] = slot = slots.Count;
        return slot < MaxSlots ? slot : throw new InvalidOperationException("too many index variables");
    }

    public Func<long[], long> Position(Ir.Index index)
    {
        long constant = evaluate(index.Constant);
        Func<long[], long>[] terms = [.. index.Terms.Select(Term)];
        return terms.Length switch
        {
            0 => _ => constant,
            1 when constant == 0 => terms[0],
            1 => e => terms[0](e) + constant,
            _ => e =>
            {
                long sum = constant;
                foreach (Func<long[], long> term in terms) sum += term(e);
                return sum;
            }
            ,
        };
    }

    public Func<long[], Complex> Compile(Scalar scalar)
    {
        switch (scalar)
        {
            case ConstantScalar c:
                Complex constant = new(c.Real, c.Imaginary);
                return _ => constant;
            case IndexScalar i:
                Func<long[], long> position = Position(i.Value);
                return e => position(e);
            case RunScalar r:
                Complex run = r.Value switch
                {
                    RunValue.Training => input.Training ? 1 : 0,
                    RunValue.Start => input.Start ? 1 : 0,
                    _ => input.Offset,
                };
                return _ => run;
            case LoadScalar l: return Load(l);
            case SelectScalar s:
                (Func<long[], Complex> condition, Func<long[], Complex> then, Func<long[], Complex> otherwise) = (Compile(s.Condition), Compile(s.Then), Compile(s.Else));
                return e => condition(e).Real != 0 ? then(e) : otherwise(e);
            case ApplyScalar a: return Apply(a);
            case DrawScalar d: return Draw(d);
            default: throw new InvalidOperationException($"no scalar {scalar.GetType().Name}");
        }
    }

    private Func<long[], long> Term(IndexTerm term)
    {
        long factor = term.Coefficient;
        switch (term.Atom)
        {
            case VariableAtom v:
                int slot = Slot(v.Variable);
                return e => factor * e[slot];
            case DivAtom d:
                Func<long[], long> dividend = Position(d.Dividend);
                return e => factor * IndexArithmetic.FloorDivide(dividend(e), d.Divisor);
            case ModAtom m:
                Func<long[], long> value = Position(m.Dividend);
                return e => { long x = value(e); return factor * (x - m.Divisor * IndexArithmetic.FloorDivide(x, m.Divisor)); };
            default:
                Func<long[], Complex> lookup = Compile(((LookupAtom)term.Atom).Value);
                return e => factor * (long)lookup(e).Real;
        }
    }

    private Func<long[], Complex> Load(LoadScalar load)
    {
        TensorStore store = stores(load.Tensor);
        Func<long[], long>[] positions = [.. load.Indices.Select(Position)];
        int[] checks = [.. Enumerable.Range(0, positions.Length).Where(i => load.Access[i] == AxisAccess.Checked)];
        bool padded = load.Access.Any(a => a == AxisAccess.Padded);
        return e =>
        {
            foreach (int axis in checks)
            {
                long value = positions[axis](e);
                if (value < 0 || value >= store.Sizes[axis]) throw Fault(load, axis, value, e);
            }

            long place = store.Place(positions, e);
            if (place >= 0) return store[place];
            return padded ? 0 : throw new InvalidOperationException(
                $"a read of {load.Tensor} that was proven to be in range is not: [{string.Join(", ", positions.Select(p => p(e)))}] of [{string.Join(", ", store.Extents)}]");
        };
    }

    private GraphFaultException Fault(LoadScalar load, int axis, long value, long[] environment)
    {
        LoadScalar? by = load.Indices[axis].Lookups().SelectMany(s => s.Loads()).FirstOrDefault();
        long at = by is null ? 0 : stores(by.Tensor).Place([.. by.Indices.Select(Position)], environment);
        string name = by?.Tensor.Name ?? "the index";
        long size = stores(load.Tensor).Sizes[axis];
        return new GraphFaultException(load.Tensor.Name, name, at, value,
            $"{name} holds {value} at position {at}, but {load.Tensor.Name} has {size} entries there (0 to {size - 1})");
    }

    private Func<long[], Complex> Apply(ApplyScalar apply)
    {
        ScalarRow row = ScalarOps.Row(apply.Op);
        Func<long[], Complex>[] arguments = [.. apply.Arguments.Select(Compile)];
        bool complex = apply.Type == ElementType.Complex || apply.Arguments.Any(a => a.Type == ElementType.Complex);
        if (complex)
        {
            Func<Complex[], Complex> evaluate = row.EvaluateComplex ?? throw new InvalidOperationException($"{apply.Op} has no complex form");
            return e => evaluate([.. arguments.Select(a => a(e))]);
        }

        Func<double[], double> real = row.Evaluate!;
        if (arguments.Length == 1) return e => real([arguments[0](e).Real]);
        if (apply.Op == ScalarOp.And) return e => arguments[0](e).Real != 0 && arguments[1](e).Real != 0 ? 1 : 0;
        if (apply.Op == ScalarOp.Or) return e => arguments[0](e).Real != 0 || arguments[1](e).Real != 0 ? 1 : 0;
        return e => real([arguments[0](e).Real, arguments[1](e).Real]);
    }

    private Func<long[], Complex> Draw(DrawScalar draw)
    {
        uint path = Philox.Hash(Encoding.UTF8.GetBytes(draw.Path));
        (Func<long[], Complex> Value, ulong Factor)[] indices = [.. draw.Indices.Select(i => (Compile(i.Value), i.Size is { } size ? (ulong)size : 1UL << 32))];
        Func<long[], long>? sequence = draw.Sequence is null ? null : Position(draw.Sequence);
        return e =>
        {
            ulong position = 0;
            foreach ((Func<long[], Complex> value, ulong factor) in indices) position = unchecked(position * factor + (ulong)(long)value(e).Real);
            uint[] words = Philox.Words((uint)position, (uint)(position >> 32), sequence is null ? 0 : (uint)sequence(e), path, runKey);
            return draw.Kind switch
            {
                DrawKind.Uniform => (words[0] >> 8) / 16777216.0,
                DrawKind.InitialUniform => Philox.Open53(words[0], words[1]),
                _ => Math.Sqrt(-2 * Math.Log(Philox.Open53(words[0], words[1]))) * Math.Cos(2 * Math.PI * Philox.Open53(words[2], words[3])),
            };
        };
    }
}
