using SsmDsl.Tests.Shared;

namespace SsmDsl.Ilgpu.Tests.Devices;

/// <summary>Generated kernels on a GPU, where one is at hand.</summary>
public sealed class CudaTests
{
    [CudaFact]
    public void Training_steps_have_the_losses_and_gradients_of_the_processor() => On(KernelScenarios.Training_steps_have_the_losses_and_gradients_of_the_processor);

    [CudaFact]
    public void Two_runs_have_the_same_bits() => On(KernelScenarios.Two_runs_have_the_same_bits);

    [CudaFact]
    public void Streams_and_states_are_those_of_the_processor() => On(KernelScenarios.Streams_and_states_are_those_of_the_processor);

    [CudaFact]
    public void A_token_that_is_none_is_an_error_and_changes_nothing() => On(KernelScenarios.A_token_that_is_none_is_an_error_and_changes_nothing);

    [CudaFact]
    public void The_tensor_where_a_loss_became_infinite_is_named() => On(KernelScenarios.The_tensor_where_a_loss_became_infinite_is_named);

    private static void On(Action<Device> scenario)
    {
        using Device device = Device.Cuda();
        scenario(device);
    }
}
