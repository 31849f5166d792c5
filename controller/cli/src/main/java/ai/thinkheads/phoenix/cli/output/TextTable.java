package ai.thinkheads.phoenix.cli.output;

import java.util.ArrayList;
import java.util.List;

/** Columns as wide as their widest cell, three blanks apart, as kubectl prints them. */
public final class TextTable {

    private static final String GAP = "   ";

    private final List<String> headings;
    private final List<List<String>> rows = new ArrayList<>();
    private int[] widths = {};

    public TextTable(List<String> headings) {
        this.headings = List.copyOf(headings);
    }

    public TextTable row(List<String> cells) {
        rows.add(List.copyOf(cells));
        return this;
    }

    public boolean isEmpty() {
        return rows.isEmpty();
    }

    /** Prints it; a cell that says True or False, Ready or not, has the colour of that. */
    public void print(Terminal terminal) {
        widths = new int[headings.size()];
        fit(headings);
        rows.forEach(this::fit);
        terminal.out().println(terminal.bold(line(headings, widths)));
        for (List<String> row : rows) {
            terminal.out().println(painted(terminal, row, widths));
        }
    }

    /** Prints one more row below those that are there, under the same headings; columns grow, and never shrink. */
    public void printMore(Terminal terminal, List<String> cells, String remark) {
        if (widths.length == 0) {
            widths = new int[headings.size()];
            fit(headings);
            fit(cells);
            terminal.out().println(terminal.bold(line(headings, widths)));
        }
        fit(cells);
        String row = painted(terminal, cells, widths);
        terminal.out().println(remark.isEmpty() ? row : row + GAP + terminal.dim(remark));
    }

    private void fit(List<String> cells) {
        for (int i = 0; i < widths.length; i++) {
            widths[i] = Math.max(widths[i], cells.get(i).length());
        }
    }

    private static String line(List<String> cells, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            line.append(i == widths.length - 1 ? cells.get(i) : pad(cells.get(i), widths[i]) + GAP);
        }
        return line.toString().stripTrailing();
    }

    private static String painted(Terminal terminal, List<String> cells, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            String cell = i == widths.length - 1 ? cells.get(i) : pad(cells.get(i), widths[i]);
            line.append(
                    switch (cells.get(i)) {
                        case "True", "Ready", "running", "ONLINE" -> terminal.green(cell);
                        case "False", "FAULTED", "Failed" -> terminal.red(cell);
                        case "Unknown", "DEGRADED", "Warning", "frozen" -> terminal.yellow(cell);
                        default -> cell;
                    });
            if (i < widths.length - 1) {
                line.append(GAP);
            }
        }
        return line.toString().stripTrailing();
    }

    private static String pad(String text, int width) {
        return text + " ".repeat(Math.max(0, width - text.length()));
    }
}
