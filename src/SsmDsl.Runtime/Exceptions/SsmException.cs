namespace SsmDsl;

/// <summary>What can go wrong at run time beyond wrong arguments. A call that throws leaves parameters, optimizer and stream unchanged.</summary>
public abstract class SsmException : Exception
{
    private protected SsmException(string message, Exception? cause = null)
        : base(message, cause)
    {
    }
}
