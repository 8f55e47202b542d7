using SsmDsl.Devices;
using SsmDsl.Memory;

namespace SsmDsl.Models;

/// <summary>The tensors of a state in the memory of a device, zero at first. Freed when it is collected.</summary>
internal sealed unsafe class StateBlock
{
    private readonly nint[] offsets;
    private readonly NativeBlock block;

    public StateBlock(DeviceMemory memory, nint[] bytes)
    {
        Memory = memory;
        offsets = new nint[bytes.Length];
        nint end = 0;
        for (int i = 0; i < bytes.Length; i++)
        {
            offsets[i] = end;
            end = checked(end + NativeBlock.Align(bytes[i]));
        }

        block = new NativeBlock(memory, end, zero: true);
    }

    private StateBlock(StateBlock other)
    {
        (Memory, offsets) = (other.Memory, other.offsets);
        block = new NativeBlock(Memory, other.block.Bytes);
        Memory.CopyWithin(block.Pointer, other.block.Pointer, block.Bytes);
    }

    public DeviceMemory Memory { get; }

    public byte* Pointer(int tensor) => block.Pointer + offsets[tensor];

    public StateBlock Clone() => new(this);
}
