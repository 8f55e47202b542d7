return SsmDsl.Semantics.Checking.DeepStack.Run(() => SsmDsl.Cli.Commands.Invoke(args));
