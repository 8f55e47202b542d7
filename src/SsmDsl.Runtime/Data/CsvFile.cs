using System.Globalization;
using System.Numerics;
using System.Text;

namespace SsmDsl;

/// <summary>Tables of numbers as text: one row a line, the same number of cells in each; plain or packed with gzip.</summary>
public static class CsvFile
{
    /// <summary>Reads a table of shape [rows, columns].</summary>
    /// <param name="path">The file.</param>
    /// <param name="header">Whether the first line holds column names; null: it does if one of its cells is no number.</param>
    /// <param name="separator">What stands between cells.</param>
    /// <exception cref="DataFileException">A cell is no number (the message names line and column), or a row has another length.</exception>
    public static HostArray<T> Read<T>(string path, bool? header = null, char separator = ',')
        where T : unmanaged, INumberBase<T>
    {
        string text = Encoding.UTF8.GetString(DataFile.ReadAll(path));
        var values = new List<T>();
        int columns = 0, rows = 0, line = 0;
        foreach (ReadOnlySpan<char> row in text.AsSpan().EnumerateLines())
        {
            line++;
            if (row.IsWhiteSpace()) continue;
            if (columns == 0)
            {
                columns = row.Count(separator) + 1;
                if (header ?? !IsNumeric<T>(row, separator)) continue;
            }

            int column = 0;
            foreach (Range cell in row.Split(separator))
            {
                column++;
                if (!T.TryParse(row[cell].Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out T value))
                {
                    throw new DataFileException(path, $"line {line}, column {column}: '{row[cell]}' is no number");
                }

                values.Add(value);
            }

            if (column != columns) throw new DataFileException(path, $"line {line} has {column} cells, expected {columns} as in the first line");
            rows++;
        }

        return new HostArray<T>([.. values], rows, columns);
    }

    private static bool IsNumeric<T>(ReadOnlySpan<char> row, char separator)
        where T : INumberBase<T>
    {
        foreach (Range cell in row.Split(separator))
        {
            if (!T.TryParse(row[cell].Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out _)) return false;
        }

        return true;
    }
}
