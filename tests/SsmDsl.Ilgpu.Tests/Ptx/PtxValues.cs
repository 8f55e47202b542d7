using System.Runtime.InteropServices;

namespace SsmDsl.Ilgpu.Tests.Ptx;

/// <summary>Operations of PTX on values of registers, which are bits.</summary>
internal static class PtxValues
{
    public static int Bytes(string type) => type is "pred" ? 1 : int.Parse(type.AsSpan(1), System.Globalization.CultureInfo.InvariantCulture) / 8;

    public static double Real(ulong bits, string type) => type == "f32" ? BitConverter.UInt32BitsToSingle((uint)bits) : BitConverter.UInt64BitsToDouble(bits);

    /// <summary>Rounds to the type. Sums, products and quotients of floats in double round as floats do.</summary>
    public static ulong Bits(double value, string type) => type == "f32" ? BitConverter.SingleToUInt32Bits((float)value) : BitConverter.DoubleToUInt64Bits(value);

    public static double MultiplyAdd(double a, double b, double c, string type) =>
        type == "f32" ? MathF.FusedMultiplyAdd((float)a, (float)b, (float)c) : Math.FusedMultiplyAdd(a, b, c);

    public static ulong Read(ReadOnlySpan<byte> bytes, string type) => Bytes(type) switch
    {
        8 => MemoryMarshal.Read<ulong>(bytes),
        4 => MemoryMarshal.Read<uint>(bytes),
        _ => bytes[0],
    };

    public static bool Compare(string kind, string type, ulong a, ulong b)
    {
        if (type[0] == 'f')
        {
            double x = Real(a, type), y = Real(b, type);
            bool unordered = kind.Length == 3 && kind[2] == 'u';
            if (double.IsNaN(x) || double.IsNaN(y)) return unordered;
            return Holds(unordered ? kind[..2] : kind, x.CompareTo(y) is var c && x == y ? 0 : c);
        }

        int order = type switch
        {
            "s32" => ((int)a).CompareTo((int)b),
            "s64" => ((long)a).CompareTo((long)b),
            "u32" or "b32" => ((uint)a).CompareTo((uint)b),
            _ => a.CompareTo(b),
        };
        return Holds(kind, order);
    }

    /// <summary>A conversion: cvt[.rounding].to.from.</summary>
    public static ulong Convert(ulong bits, string[] op)
    {
        string to = op[^2], from = op[^1];
        if (from[0] == 'f')
        {
            double x = Real(bits, from);
            if (to[0] == 'f') return Bits(op[1] == "rmi" ? Math.Floor(x) : x, to);
            if (op[1] != "rzi") throw new NotSupportedException(string.Join('.', op));

            // NaN gives 0, and what is too large the largest number.
            return to switch { "s32" => (uint)(int)x, "u32" => (uint)x, "s64" => (ulong)(long)x, _ => (ulong)x };
        }

        ulong whole = from switch { "s32" => (ulong)(int)bits, "u32" => (uint)bits, "s8" => (ulong)(sbyte)bits, "u8" => (byte)bits, _ => bits };
        if (to[0] != 'f') return whole;
        double real = from[0] == 's' ? (long)whole : whole;
        return to == "f32" ? BitConverter.SingleToUInt32Bits(from[0] == 's' ? (long)whole : whole) : Bits(real, to);
    }

    /// <summary>Operations on whole numbers, and those of reals with one operand.</summary>
    public static ulong Whole(string[] op, ulong[] v)
    {
        string type = op[^1];
        bool is32 = Bytes(type) == 4;
        return (op[0], op.Length > 2 ? op[1] : "") switch
        {
            ("add", _) => v[0] + v[1],
            ("sub", _) => v[0] - v[1],
            ("mul", "lo") => v[0] * v[1],
            ("mul", "wide") => type == "u32" ? (ulong)(uint)v[0] * (uint)v[1] : (ulong)((long)(int)v[0] * (int)v[1]),
            ("mad", "lo") => v[0] * v[1] + v[2],
            ("div", _) => type == "s32" ? (uint)((int)v[0] / (int)v[1]) : (uint)v[0] / (uint)v[1],
            ("rem", _) => type == "s32" ? (uint)((int)v[0] % (int)v[1]) : (uint)v[0] % (uint)v[1],
            ("and", _) => v[0] & v[1],
            ("or", _) => v[0] | v[1],
            ("xor", _) => v[0] ^ v[1],
            ("not", _) => type == "pred" ? v[0] ^ 1 : ~v[0],
            ("shl", _) => v[1] >= (is32 ? 32UL : 64UL) ? 0 : v[0] << (int)v[1],
            ("shr", _) => ShiftRight(type, v[0], (int)Math.Min(v[1], is32 ? 31UL : 63UL), v[1] > (is32 ? 31UL : 63UL)),
            ("neg", _) when type[0] == 'f' => Bits(-Real(v[0], type), type),
            ("neg", _) => 0 - v[0],
            ("abs", _) when type[0] == 'f' => Bits(Math.Abs(Real(v[0], type)), type),
            ("sqrt", _) => type == "f32" ? BitConverter.SingleToUInt32Bits(MathF.Sqrt((float)Real(v[0], type))) : Bits(Math.Sqrt(Real(v[0], type)), type),
            ("rcp", _) => Bits(1 / Real(v[0], type), type),
            _ => throw new NotSupportedException(string.Join('.', op)),
        };
    }

    private static ulong ShiftRight(string type, ulong value, int by, bool isTooFar) => type switch
    {
        "s32" => (uint)((int)value >> by),
        "s64" => (ulong)((long)value >> by),
        "u32" or "b32" => isTooFar ? 0 : (uint)value >> by,
        _ => isTooFar ? 0 : value >> by,
    };

    private static bool Holds(string kind, int order) => kind switch
    {
        "eq" => order == 0,
        "ne" => order != 0,
        "lt" or "lo" => order < 0,
        "le" or "ls" => order <= 0,
        "gt" or "hi" => order > 0,
        "ge" or "hs" => order >= 0,
        _ => throw new NotSupportedException(kind),
    };
}
