package ai.thinkheads.phoenix.hosts.simulated.guest;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Takes fields out of lines. */
final class Awk {

    private Awk() {}

    /** Only {@code awk '[/pattern/] {print $n, …}'} with {@code -F}. */
    static int run(Call call) {
        String separator = call.option("", "-F", "--field-separator");
        for (String arg : call.args()) {
            if (arg.matches("-F.+")) {
                separator = arg.substring(2);
            }
        }
        List<String> operands = FileCommands.operandsWithout(call, "-F", "-v");
        if (operands.isEmpty()) {
            return call.fail(2, "usage: awk 'program' [file]");
        }
        var program = Pattern.compile(
                        "\\s*(?:NR\\s*==\\s*(\\d+)|/(.*)/)?\\s*(?:\\{\\s*print\\s*(.*?)\\s*;?\\s*(?:;\\s*exit\\s*)?\\})?\\s*",
                        Pattern.DOTALL)
                .matcher(operands.getFirst());
        if (!program.matches()) {
            return 0;
        }
        int number = 0;
        for (String line : TextCommands.lines(call.read(operands.subList(1, operands.size())))) {
            number++;
            boolean other = program.group(1) != null && Integer.parseInt(program.group(1)) != number;
            if (other
                    || program.group(2) != null
                            && !Patterns.posix(program.group(2), true, false)
                                    .matcher(line)
                                    .find()) {
                continue;
            }
            String[] fields =
                    separator.isEmpty() ? line.strip().split("\\s+") : line.split(Pattern.quote(separator), -1);
            String print = program.group(3) == null || program.group(3).isEmpty() ? "$0" : program.group(3);
            List<String> shown = new ArrayList<>();
            for (String item : print.split("\\s*,\\s*")) {
                shown.add(item(item, line, fields));
            }
            call.println(String.join(" ", shown));
        }
        return 0;
    }

    private static String item(String item, String line, String[] fields) {
        if (item.equals("$0")) {
            return line;
        }
        if (item.equals("$NF")) {
            return fields[fields.length - 1];
        }
        if (item.matches("\\$\\d+")) {
            int index = Integer.parseInt(item.substring(1));
            return index <= fields.length ? fields[index - 1] : "";
        }
        return item.replace("\"", "");
    }
}
