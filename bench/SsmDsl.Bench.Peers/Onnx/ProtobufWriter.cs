using System.Runtime.InteropServices;
using System.Text;

namespace SsmDsl.Bench.Peers.Onnx;

/// <summary>Writes messages of the protobuf wire format: what an ONNX file is.</summary>
internal sealed class ProtobufWriter
{
    private readonly MemoryStream bytes = new();

    public ProtobufWriter Number(int field, long value)
    {
        Varint((ulong)(field << 3));
        Varint((ulong)value);
        return this;
    }

    public ProtobufWriter Single(int field, float value)
    {
        Varint((ulong)((field << 3) | 5));
        bytes.Write(BitConverter.GetBytes(value));
        return this;
    }

    public ProtobufWriter Text(int field, string value) => Bytes(field, Encoding.UTF8.GetBytes(value));

    public ProtobufWriter Message(int field, ProtobufWriter value) => Bytes(field, value.bytes.GetBuffer().AsSpan(0, (int)value.bytes.Length));

    public ProtobufWriter Floats(int field, ReadOnlySpan<float> values) => Bytes(field, MemoryMarshal.AsBytes(values));

    public byte[] ToArray() => bytes.ToArray();

    private ProtobufWriter Bytes(int field, ReadOnlySpan<byte> value)
    {
        Varint((ulong)((field << 3) | 2));
        Varint((ulong)value.Length);
        bytes.Write(value);
        return this;
    }

    private void Varint(ulong value)
    {
        for (; value >= 0x80; value >>= 7) bytes.WriteByte((byte)(value | 0x80));
        bytes.WriteByte((byte)value);
    }
}
