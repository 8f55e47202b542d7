return SsmDsl.Cli.Commands.Invoke(args);
