using System.Globalization;
using System.Runtime.InteropServices;

namespace SsmDsl.Ilgpu.Tests.Ptx;

/// <summary>
/// Runs one thread of a kernel as its PTX says, for tests without a GPU: what ILGPU's compiler makes of C#, comparisons with NaN
/// and conversions included. Addresses are the process's own. Threads do not meet: there are no barriers and no shuffles.
/// </summary>
/// <param name="functions">Those of the text.</param>
/// <param name="contracts">
/// Multiplies and adds in one rounding where a product is used once, as the assembler of CUDA does.
/// </param>
internal sealed unsafe class PtxMachine(Dictionary<string, PtxFunction> functions, bool contracts)
{
    /// <summary>Runs the kernel for one item.</summary>
    /// <param name="arguments">Its only parameter.</param>
    public void Run(string kernel, int item, ReadOnlySpan<byte> arguments)
    {
        PtxFunction function = functions[kernel];
        var parameters = new Dictionary<string, byte[]> { [function.Parameters[0]] = arguments.ToArray() };
        Run(function, item, parameters);
    }

    private void Run(PtxFunction function, int item, Dictionary<string, byte[]> parameters)
    {
        var frame = new Frame(function, item, parameters, contracts);
        for (int at = 0; at < function.Body.Count; at++)
        {
            PtxInstruction i = function.Body[at];
            if (i.Guard is not null && frame.Bits(i.Guard) != 0 == i.Unless) continue;
            switch (i.Op[0])
            {
                case "ret":
                    return;
                case "bra":
                    at = function.Labels[i.Operands[0]] - 1;
                    break;
                case "brx":
                    at = function.Labels[function.Targets[i.Operands[1]][(int)frame.Bits(i.Operands[0])]] - 1;
                    break;
                case "call":
                    PtxFunction callee = functions[i.Operands[1]];
                    var given = callee.Parameters.Zip(i.Operands[2..], (name, argument) => (name, parameters[argument])).ToDictionary(p => p.name, p => p.Item2);
                    given[callee.Result!] = new byte[8];
                    Run(callee, item, given);
                    parameters[i.Operands[0]] = given[callee.Result!];
                    break;
                default:
                    frame.Execute(i);
                    break;
            }
        }
    }

    /// <summary>Registers and parameters of a call.</summary>
    private sealed class Frame(PtxFunction function, int item, Dictionary<string, byte[]> parameters, bool contracts)
    {
        private readonly Dictionary<string, ulong> registers = [];
        private readonly Dictionary<string, (double A, double B)> products = [];

        public ulong Bits(string operand)
        {
            if (operand[0] == '%') return Special(operand) ?? registers.GetValueOrDefault(operand);
            if (operand.StartsWith("0f", StringComparison.Ordinal)) return uint.Parse(operand.AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            if (operand.StartsWith("0d", StringComparison.Ordinal)) return ulong.Parse(operand.AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            return operand[0] == '-' ? (ulong)long.Parse(operand, CultureInfo.InvariantCulture) : ulong.Parse(operand, CultureInfo.InvariantCulture);
        }

        public void Execute(PtxInstruction i)
        {
            string type = i.Op[^1];
            string[] o = i.Operands;
            switch (i.Op[0])
            {
                case "ld": Set(o[0], type, Load(o[1], type)); break;
                case "st": Store(o[0], type, Bits(o[1])); break;
                case "mov" or "cvta": Set(o[0], type, Bits(o[1])); break;
                case "setp": SetPredicate(i); break;
                case "selp": Set(o[0], type, Bits(o[3]) != 0 ? Bits(o[1]) : Bits(o[2])); break;
                case "testp": registers[o[0]] = double.IsNaN(PtxValues.Real(Bits(o[1]), type)) ? 1UL : 0; break;
                case "cvt": Set(o[0], i.Op[^2], PtxValues.Convert(Bits(o[1]), i.Op)); break;
                case "add" or "sub" or "mul" or "div" when type[0] == 'f': Real(i.Op[0], type, o); break;
                default: Set(o[0], i.Op.Contains("wide") ? "b64" : type, PtxValues.Whole(i.Op, [.. o[1..].Select(Bits)])); break;
            }
        }

        private ulong? Special(string operand) => operand switch
        {
            "%tid.x" => 0,
            "%ctaid.x" => (ulong)item,
            "%ntid.x" => 1,
            _ => null,
        };

        private void Set(string register, string type, ulong bits)
        {
            products.Remove(register);
            registers[register] = type == "pred" ? bits & 1 : PtxValues.Bytes(type) == 4 ? (uint)bits : bits;
        }

        private void Real(string op, string type, string[] o)
        {
            double a = PtxValues.Real(Bits(o[1]), type), b = PtxValues.Real(Bits(o[2]), type);
            double value = op switch { "add" => Sum(type, o[1], a, o[2], b, 1), "sub" => Sum(type, o[1], a, o[2], b, -1), "mul" => a * b, _ => a / b };
            Set(o[0], type, PtxValues.Bits(value, type));
            if (op == "mul" && contracts && function.Reads.GetValueOrDefault(o[0]) == 1) products[o[0]] = (a, b);
        }

        private double Sum(string type, string first, double a, string second, double b, int sign)
        {
            if (products.TryGetValue(first, out (double A, double B) p)) return PtxValues.MultiplyAdd(p.A, p.B, sign * b, type);
            if (products.TryGetValue(second, out p)) return PtxValues.MultiplyAdd(sign * p.A, p.B, a, type);
            return a + sign * b;
        }

        private void SetPredicate(PtxInstruction i)
        {
            bool value = PtxValues.Compare(i.Op[1], i.Op[^1], Bits(i.Operands[1]), Bits(i.Operands[2]));
            if (i.Op.Length > 3) value = i.Op[2] == "or" ? value || Bits(i.Operands[3]) != 0 : value && Bits(i.Operands[3]) != 0;
            registers[i.Operands[0]] = value ? 1UL : 0;
        }

        private ulong Load(string place, string type)
        {
            (string name, long offset) = Place(place);
            if (name[0] != '%') return PtxValues.Read(parameters[name].AsSpan((int)offset), type);
            return PtxValues.Read(new ReadOnlySpan<byte>((void*)((long)Bits(name) + offset), PtxValues.Bytes(type)), type);
        }

        private void Store(string place, string type, ulong bits)
        {
            (string name, long offset) = Place(place);
            Span<byte> to = stackalloc byte[8];
            MemoryMarshal.Write(to, in bits);
            if (name[0] == '%')
            {
                to[..PtxValues.Bytes(type)].CopyTo(new Span<byte>((void*)((long)Bits(name) + offset), 8));
                return;
            }

            if (!parameters.ContainsKey(name) || offset == 0) parameters[name] = to.ToArray();
        }

        private static (string Name, long Offset) Place(string place)
        {
            string[] parts = place.Trim('[', ']').Split('+');
            return (parts[0], parts.Length > 1 ? long.Parse(parts[1], CultureInfo.InvariantCulture) : 0);
        }
    }
}
