namespace SsmDsl.Emit;

/// <summary>The class of a model: what a user of the generated code sees. Thin; the work is done by the runtime.</summary>
public static class Facade
{
    public static FacadeText Emit(FacadeModel model) => throw new NotImplementedException();
}
