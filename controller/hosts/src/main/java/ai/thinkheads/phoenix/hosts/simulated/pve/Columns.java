package ai.thinkheads.phoenix.hosts.simulated.pve;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Tables and sizes as programs print them. Pure. */
final class Columns {

    private static final String UNITS = "BKMGTPE";

    private Columns() {}

    /** Lines with columns as wide as they need to be; the last one is not filled up. */
    static String table(List<List<String>> rows, String gap) {
        List<Integer> widths = new ArrayList<>();
        for (List<String> row : rows) {
            for (int i = 0; i < row.size(); i++) {
                int width = row.get(i).length();
                if (i == widths.size()) {
                    widths.add(width);
                } else {
                    widths.set(i, Math.max(widths.get(i), width));
                }
            }
        }
        StringBuilder text = new StringBuilder();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < row.size(); i++) {
                line.append(row.get(i));
                if (i + 1 < row.size()) {
                    line.append(" ".repeat(widths.get(i) - row.get(i).length())).append(gap);
                }
            }
            text.append(line).append('\n');
        }
        return text.toString();
    }

    /** Fields between tabs. */
    static String tabbed(List<List<String>> rows) {
        StringBuilder text = new StringBuilder();
        rows.forEach(row -> text.append(String.join("\t", row)).append('\n'));
        return text.toString();
    }

    /** A size in at most five characters, as ZFS prints it: {@code 1.81T}, {@code 96K}. */
    static String zfsSize(long bytes) {
        int unit = 0;
        long whole = bytes;
        while (whole >= 1024 && unit + 1 < UNITS.length()) {
            whole /= 1024;
            unit++;
        }
        String letter = UNITS.substring(unit, unit + 1);
        if (unit == 0) {
            return bytes + letter;
        }
        long step = 1L << (10 * unit);
        if (bytes % step == 0) {
            return whole + letter;
        }
        double value = (double) bytes / step;
        for (int digits = 2; digits > 0; digits--) {
            String text = String.format(Locale.ROOT, "%." + digits + "f%s", value, letter);
            if (text.length() <= 5) {
                return text;
            }
        }
        return Math.round(value) + letter;
    }

    /** A size as lsblk prints it: one digit behind the point unless it is none. */
    static String blockSize(long bytes) {
        int unit = 0;
        double value = bytes;
        while (value >= 1024 && unit + 1 < UNITS.length()) {
            value /= 1024;
            unit++;
        }
        String text = String.format(Locale.ROOT, "%.1f", value);
        return (text.endsWith(".0") ? text.substring(0, text.length() - 2) : text) + UNITS.charAt(unit);
    }

    /** Bytes of {@code 10G}; -1 when it is not a size. */
    static long bytes(String text) {
        String upper = text.toUpperCase(Locale.ROOT).replaceFirst("I?B?$", "");
        if (!upper.matches("\\d{1,15}(\\.\\d{1,6})?[KMGTPE]?")) {
            return -1;
        }
        int unit = UNITS.indexOf(upper.charAt(upper.length() - 1));
        String digits = unit > 0 ? upper.substring(0, upper.length() - 1) : upper;
        return (long) (Double.parseDouble(digits) * (1L << (10 * Math.max(0, unit))));
    }
}
