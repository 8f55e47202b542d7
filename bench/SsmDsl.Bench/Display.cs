using Spectre.Console;
using SsmDsl.Bench.Reporting;

namespace SsmDsl.Bench;

/// <summary>Takes in how a run goes on.</summary>
internal interface IBenchProgress
{
    /// <summary>What is measured now.</summary>
    void Begin(string what);

    /// <summary>One of the parts is done.</summary>
    void End(string result);
}

/// <summary>Shows a run: a bar and a table in a terminal, plain lines elsewhere.</summary>
internal static class Display
{
    private static bool IsTerminal => AnsiConsole.Profile.Capabilities.Interactive && !Console.IsOutputRedirected;

    public static void Run(int parts, Action<IBenchProgress> run)
    {
        if (!IsTerminal)
        {
            run(new Lines());
            return;
        }

        AnsiConsole.Progress()
            .Columns(new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn(), new TaskDescriptionColumn { Alignment = Justify.Left })
            .Start(context => run(new Bar(context.AddTask("starting", maxValue: parts))));
    }

    public static void Show(Report report)
    {
        if (!IsTerminal)
        {
            Console.WriteLine(report.Text());
            return;
        }

        var table = new Table();
        foreach (string column in ResultTable.Columns) table.AddColumn(column);
        foreach (Result row in report.Results) table.AddRow([.. ResultTable.Cells(row).Select(Markup.Escape)]);
        AnsiConsole.Write(table);
    }

    private sealed class Bar(ProgressTask task) : IBenchProgress
    {
        public void Begin(string what) => task.Description = Markup.Escape(what);

        public void End(string result) => task.Increment(1);
    }

    private sealed class Lines : IBenchProgress
    {
        public void Begin(string what)
        {
        }

        public void End(string result) => Console.WriteLine(result);
    }
}
