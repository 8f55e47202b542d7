namespace SsmDsl.Semantics;

/// <summary>
/// The scalar operations of the language; each is one row of the table in the compiler's IR.
/// Arithmetic exists on int, real and complex as its arguments' type says.
/// </summary>
public enum ScalarOp
{
    // Conversions
    ToReal,
    ToComplex,

    // Arithmetic
    Negate,
    Add,
    Subtract,
    Multiply,

    /// <summary>Real or complex division; ints are converted before.</summary>
    Divide,

    /// <summary>Rounds down (int).</summary>
    Div,

    /// <summary>Never negative (int).</summary>
    Mod,

    /// <summary>base^exponent, both real, or complex base; see <see cref="PowerInteger"/>.</summary>
    Power,

    /// <summary>base^exponent with a constant whole exponent; the base int, real or complex.</summary>
    PowerInteger,

    // Comparisons (int, real; equality of bools too) and logic
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    And,
    Or,
    Not,

    // Functions
    Exp,
    Log,
    Log1p,
    Expm1,
    Sqrt,
    Sin,
    Cos,
    Tanh,
    Sigmoid,
    Softplus,
    Erf,

    /// <summary>int, real, or complex (real result).</summary>
    Abs,
    Sign,

    /// <summary>Real to real.</summary>
    Floor,
    Min,
    Max,
    Re,
    Im,
    Conj,

    // Only in initialisers
    HippoLegsLambda,
    HippoLegsP,

    // Only made by the compiler, where complex functions are written in pairs of reals

    /// <summary>atan2(y, x).</summary>
    Atan2,

    /// <summary>The imaginary part of <see cref="HippoLegsLambda"/>.</summary>
    HippoLegsFrequency,
}
