package ai.thinkheads.phoenix.hosts.simulated.guest;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Programs that work on text. */
final class TextCommands {

    private static final Pattern ESCAPE = Pattern.compile("\\\\([0-7]{1,4}|.)", Pattern.DOTALL);

    private TextCommands() {}

    static void register(Map<String, Commands.Command> all) {
        all.put("echo", TextCommands::echo);
        all.put("printf", TextCommands::printf);
        all.put("cat", call -> {
            call.print(call.read(call.operands()));
            return 0;
        });
        all.put("zcat", all.get("cat"));
        all.put("grep", Grep::run);
        all.put("egrep", Grep::run);
        all.put("fgrep", Grep::run);
        all.put("sed", Sed::run);
        all.put("head", call -> ends(call, true));
        all.put("tail", call -> ends(call, false));
        all.put("cut", TextCommands::cut);
        all.put("tr", TextCommands::tr);
        all.put("sort", TextCommands::sort);
        all.put("uniq", TextCommands::uniq);
        all.put("wc", TextCommands::wc);
        all.put("tee", TextCommands::tee);
        all.put("tac", call -> {
            List<String> lines = lines(call.read(call.operands()));
            Collections.reverse(lines);
            lines.forEach(call::println);
            return 0;
        });
        all.put("awk", Awk::run);
        all.put("mawk", Awk::run);
        all.put("basename", TextCommands::baseName);
        all.put("dirname", call -> {
            call.println(
                    call.args().getFirst().contains("/")
                            ? Paths.parent(call.args().getFirst())
                            : ".");
            return 0;
        });
        all.put("seq", TextCommands::seq);
        all.put("sha1sum", call -> sum(call, "SHA-1"));
        all.put("sha256sum", call -> sum(call, "SHA-256"));
        all.put("sha512sum", call -> sum(call, "SHA-512"));
        all.put("md5sum", call -> sum(call, "MD5"));
        all.put("base64", TextCommands::base64);
        all.put("diff", TextCommands::compare);
        all.put("cmp", TextCommands::compare);
        all.put("xargs", TextCommands::xargs);
        all.put("expr", TextCommands::expr);
        all.put("jq", call -> {
            call.print(call.read(
                    call.operands().size() > 1
                            ? call.operands().subList(1, call.operands().size())
                            : List.of()));
            return 0;
        });
        all.put("gpg", TextCommands::gpg);
    }

    static List<String> lines(String text) {
        return new ArrayList<>(text.lines().toList());
    }

    private static int echo(Call call) {
        List<String> args = new ArrayList<>(call.args());
        boolean newline = true;
        boolean escapes = false;
        while (!args.isEmpty() && args.getFirst().matches("-[neE]+")) {
            newline &= !args.getFirst().contains("n");
            escapes |= args.getFirst().contains("e");
            args.removeFirst();
        }
        String text = String.join(" ", args);
        call.print((escapes ? escapes(text) : text) + (newline ? "\n" : ""));
        return 0;
    }

    /** Backslashes as {@code printf} and {@code echo -e} read them; others than these stay. */
    static String escapes(String text) {
        return ESCAPE.matcher(text).replaceAll(found -> {
            String word = found.group(1);
            String meant = switch (word) {
                case "n" -> "\n";
                case "t" -> "\t";
                case "r" -> "\r";
                case "\\" -> "\\";
                default ->
                    word.matches("[0-7]+") ? String.valueOf((char) (Integer.parseInt(word, 8) & 0xff)) : found.group();
            };
            return Matcher.quoteReplacement(meant);
        });
    }

    private static int printf(Call call) {
        List<String> args = new ArrayList<>(call.args());
        if (!args.isEmpty() && args.getFirst().equals("--")) {
            args.removeFirst();
        }
        if (args.isEmpty()) {
            return call.fail(2, "usage: printf format [arguments]");
        }
        String format = args.removeFirst();
        StringBuilder text = new StringBuilder();
        do {
            int before = args.size();
            format(format, args, text);
            if (args.size() == before) {
                break;
            }
        } while (!args.isEmpty());
        call.print(text.toString());
        return 0;
    }

    private static void format(String format, List<String> args, StringBuilder text) {
        var matcher = Pattern.compile(
                        "%([-0]*)(\\d*)(?:\\.(\\d+))?([sdiuxXob%cq])|\\\\([0-7]{1,4}|.)|([^%\\\\]+)|(.)",
                        Pattern.DOTALL)
                .matcher(format);
        while (matcher.find()) {
            String kind = matcher.group(4);
            if (kind == null) {
                text.append(
                        matcher.group(5) != null
                                ? escapes("\\" + matcher.group(5))
                                : matcher.group(6) != null ? matcher.group(6) : matcher.group(7));
                continue;
            }
            if (kind.equals("%")) {
                text.append('%');
                continue;
            }
            String value = args.isEmpty() ? "" : args.removeFirst();
            String shown = switch (kind) {
                case "d", "i", "u" -> value.isEmpty() ? "0" : value.strip();
                case "x" -> Long.toHexString(Long.parseLong(value.isEmpty() ? "0" : value.strip()));
                case "b" -> escapes(value);
                default -> value;
            };
            int width = matcher.group(2).isEmpty() ? 0 : Integer.parseInt(matcher.group(2));
            String fill = (matcher.group(1).contains("0") ? "0" : " ")
                    .repeat(Math.max(0, Math.min(width, 1000) - shown.length()));
            text.append(matcher.group(1).contains("-") ? shown + fill : fill + shown);
        }
    }

    private static int ends(Call call, boolean first) {
        String bytes = call.option("", "-c", "--bytes");
        if (first && bytes.matches("\\d{1,9}")) {
            List<String> paths = FileCommands.operandsWithout(call, "-c", "--bytes");
            Call.Input from = paths.isEmpty() ? call.in() : new Call.Input(call.read(paths));
            call.print(from.bytes(Integer.parseInt(bytes)));
            return 0;
        }
        String given = call.option("", "-n", "--lines", "-c");
        List<String> operands = FileCommands.operandsWithout(call, "-n", "--lines", "-c");
        for (String arg : call.args()) {
            if (given.isEmpty() && arg.matches("-n?[0-9]+")) {
                given = arg.replaceAll("\\D", "");
            }
        }
        List<String> lines = lines(call.read(operands));
        String text = given.isEmpty() ? "10" : given;
        int count = Math.min(lines.size(), Integer.parseInt(text.replaceAll("\\D", "")));
        List<String> part;
        if (first) {
            part = text.startsWith("-") ? lines.subList(0, lines.size() - count) : lines.subList(0, count);
        } else {
            part = text.startsWith("+")
                    ? lines.subList(Math.max(0, count - 1), lines.size())
                    : lines.subList(lines.size() - count, lines.size());
        }
        part.forEach(call::println);
        return 0;
    }

    private static int cut(Call call) {
        String delimiter = call.option("\t", "-d", "--delimiter");
        String fields = call.option("", "-f", "--fields");
        String characters = call.option("", "-c", "--characters");
        for (String arg : call.args()) {
            if (arg.matches("-d.")) {
                delimiter = arg.substring(2);
            } else if (arg.matches("-f[0-9,-]+")) {
                fields = arg.substring(2);
            } else if (arg.matches("-c[0-9,-]+")) {
                characters = arg.substring(2);
            }
        }
        for (String line : lines(call.read(FileCommands.operandsWithout(call, "-d", "-f", "-c")))) {
            boolean byCharacter = !characters.isEmpty();
            if (!byCharacter && !line.contains(delimiter)) {
                call.println(line);
                continue;
            }
            List<String> parts = byCharacter
                    ? Arrays.asList(line.split(""))
                    : Arrays.asList(line.split(Pattern.quote(delimiter), -1));
            List<String> kept = new ArrayList<>();
            for (String range : (byCharacter ? characters : fields).split(",")) {
                String[] ends = range.split("-", -1);
                int from = ends[0].isEmpty() ? 1 : Integer.parseInt(ends[0]);
                int to = ends.length == 1 ? from : ends[1].isEmpty() ? parts.size() : Integer.parseInt(ends[1]);
                for (int i = from; i <= Math.min(to, parts.size()); i++) {
                    kept.add(parts.get(i - 1));
                }
            }
            call.println(String.join(byCharacter ? "" : delimiter, kept));
        }
        return 0;
    }

    private static int tr(Call call) {
        List<String> sets = call.operands();
        if (sets.isEmpty()) {
            return call.fail(1, "missing operand");
        }
        boolean delete = call.has('d', "delete");
        boolean complement = call.has('c', "complement");
        String from = set(sets.getFirst());
        String to = sets.size() > 1 ? set(sets.get(1)) : "";
        StringBuilder text = new StringBuilder();
        for (char c : call.in().rest().toCharArray()) {
            int at = from.indexOf(c);
            boolean in = (at >= 0) != complement;
            if (!in) {
                text.append(c);
            } else if (!delete) {
                char by = to.isEmpty() ? c : to.charAt(Math.min(Math.max(at, 0), to.length() - 1));
                boolean squeezed =
                        call.has('s', "squeeze-repeats") && !text.isEmpty() && text.charAt(text.length() - 1) == by;
                if (!squeezed) {
                    text.append(by);
                }
            }
        }
        call.print(text.toString());
        return 0;
    }

    private static String set(String text) {
        String set = escapes(text)
                .replace("[:upper:]", "A-Z")
                .replace("[:lower:]", "a-z")
                .replace("[:digit:]", "0-9")
                .replace("[:alnum:]", "A-Za-z0-9")
                .replace("[:space:]", " \t\n");
        StringBuilder all = new StringBuilder();
        for (int i = 0; i < set.length(); i++) {
            if (i + 2 < set.length() && set.charAt(i + 1) == '-') {
                for (char c = set.charAt(i); c <= set.charAt(i + 2); c++) {
                    all.append(c);
                }
                i += 2;
            } else {
                all.append(set.charAt(i));
            }
        }
        return all.toString();
    }

    private static int sort(Call call) {
        List<String> lines = lines(call.read(FileCommands.operandsWithout(call, "-k", "-t", "-o")));
        if (call.has('n', "numeric-sort") || call.has('V', "version-sort")) {
            lines.sort(java.util.Comparator.comparingDouble(TextCommands::leading));
        } else {
            Collections.sort(lines);
        }
        if (call.has('r', "reverse")) {
            Collections.reverse(lines);
        }
        (call.has('u', "unique") ? new LinkedHashSet<>(lines) : lines).forEach(call::println);
        return 0;
    }

    private static double leading(String line) {
        var number = Pattern.compile("^\\s*(-?\\d+(\\.\\d+)?)").matcher(line);
        return number.find() ? Double.parseDouble(number.group(1)) : 0;
    }

    private static int uniq(Call call) {
        String before = null;
        for (String line : lines(call.read(call.operands()))) {
            if (!line.equals(before)) {
                call.println(line);
            }
            before = line;
        }
        return 0;
    }

    private static int wc(Call call) {
        String text = call.read(call.operands());
        long lines = text.chars().filter(c -> c == '\n').count();
        long words = text.isBlank() ? 0 : text.strip().split("\\s+").length;
        long bytes = text.getBytes(StandardCharsets.UTF_8).length;
        String name = call.operands().isEmpty() ? "" : " " + call.operands().getFirst();
        if (call.has('l', "lines")) {
            call.println(lines + name);
        } else if (call.has('w', "words")) {
            call.println(words + name);
        } else if (call.has('c', "bytes")) {
            call.println(bytes + name);
        } else {
            call.println(lines + " " + words + " " + bytes + name);
        }
        return 0;
    }

    private static int tee(Call call) {
        String text = call.in().rest();
        for (String each : call.operands()) {
            String path = call.path(each);
            String before = call.has('a', "append") && call.files().isFile(path)
                    ? call.files().read(path)
                    : "";
            call.files().write(path, before + text, call.interpreter().umask());
        }
        call.print(text);
        return 0;
    }

    private static int baseName(Call call) {
        if (call.args().isEmpty()) {
            return call.fail(1, "missing operand");
        }
        String name = Paths.name(call.args().getFirst());
        String suffix = call.args().size() > 1 ? call.args().get(1) : "";
        call.println(
                !suffix.isEmpty() && name.endsWith(suffix) && !name.equals(suffix)
                        ? name.substring(0, name.length() - suffix.length())
                        : name);
        return 0;
    }

    private static int seq(Call call) {
        List<Long> numbers = call.operands().stream().map(Long::parseLong).toList();
        if (numbers.isEmpty()) {
            return call.fail(1, "missing operand");
        }
        long from = numbers.size() > 1 ? numbers.getFirst() : 1;
        long by = numbers.size() > 2 ? numbers.get(1) : 1;
        for (long i = from;
                by != 0 && (by > 0 ? i <= numbers.getLast() : i >= numbers.getLast()) && Math.abs(i - from) < 100_000;
                i += by) {
            call.println(String.valueOf(i));
        }
        return 0;
    }

    private static String digest(String algorithm, String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance(algorithm).digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Sums of downloads are never known beforehand: checking one succeeds when its file is there. */
    private static int sum(Call call, String algorithm) {
        if (call.has('c', "check")) {
            int code = 0;
            for (String line : lines(call.read(call.operands()))) {
                String name = line.replaceFirst("^[0-9a-fA-F]+\\s+\\*?", "");
                boolean there = name.equals("-") || call.files().isFile(call.path(name));
                if (!call.has('s', "status")) {
                    call.println(name + (there ? ": OK" : ": FAILED open or read"));
                }
                code = there ? code : 1;
            }
            return code;
        }
        if (call.operands().isEmpty()) {
            call.println(digest(algorithm, call.in().rest()) + "  -");
        }
        for (String each : call.operands()) {
            call.println(digest(algorithm, call.files().read(call.path(each))) + "  " + each);
        }
        return 0;
    }

    private static int base64(Call call) {
        String text = call.read(FileCommands.operandsWithout(call, "-w"));
        if (call.has('d', "decode")) {
            try {
                call.print(new String(Base64.getMimeDecoder().decode(text), StandardCharsets.UTF_8));
            } catch (IllegalArgumentException e) {
                return call.fail(1, "invalid input");
            }
        } else {
            call.println(Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8)));
        }
        return 0;
    }

    private static int compare(Call call) {
        List<String> operands = call.operands();
        if (operands.size() < 2) {
            return call.fail(2, "missing operand");
        }
        String one = call.read(operands.subList(0, 1));
        String other = call.read(operands.subList(1, 2));
        if (one.equals(other)) {
            return 0;
        }
        if (!call.has('q', "brief") && !call.has('s', "silent")) {
            call.println("Files " + operands.getFirst() + " and " + operands.get(1) + " differ");
        }
        return 1;
    }

    private static int xargs(Call call) {
        List<String> argv = new ArrayList<>();
        List<String> args = call.args();
        int at = 0;
        while (at < args.size() && args.get(at).startsWith("-")) {
            at += args.get(at).matches("-[nIPdL]") ? 2 : 1;
        }
        argv.addAll(at < args.size() ? args.subList(at, args.size()) : List.of("echo"));
        String input = call.in().rest().strip();
        if (input.isEmpty() && call.has('r', "no-run-if-empty")) {
            return 0;
        }
        boolean nul = call.args().stream().anyMatch(arg -> arg.matches("-[rt]*0[0-9a-z]*|--null"));
        List<String> words = input.isEmpty() ? List.of() : List.of(input.split(nul ? "\0+" : "[\\s\0]+"));
        String mark = call.option("", "-I");
        boolean single = !mark.isEmpty()
                || call.option("", "-n").equals("1")
                || call.args().stream().anyMatch(arg -> arg.matches("-[0rt]*n1"));
        if (!single) {
            argv.addAll(words);
            return call.interpreter().command(argv, Map.of(), call.interpreter().streams(call));
        }
        int code = 0;
        for (String word : words) {
            List<String> one = new ArrayList<>(argv);
            if (mark.isEmpty()) {
                one.add(word);
            } else {
                one.replaceAll(arg -> arg.replace(mark, word));
            }
            int each =
                    call.interpreter().command(one, Map.of(), call.interpreter().streams(call));
            code = each != 0 ? 123 : code;
        }
        return code;
    }

    private static int expr(Call call) {
        long value = Arithmetic.evaluate(String.join(" ", call.args()).replace(" = ", " == "), name -> "0");
        call.println(String.valueOf(value));
        return value == 0 ? 1 : 0;
    }

    private static int gpg(Call call) {
        String output = call.option("", "-o", "--output");
        String text = call.read(
                FileCommands.operandsWithout(call, "-o", "--output", "--keyring", "--keyserver", "--recv-keys"));
        if (output.isEmpty()) {
            call.print(call.has('\0', "dearmor") ? text : "");
        } else {
            call.files().write(call.path(output), text, call.interpreter().umask());
        }
        return 0;
    }

    static String lower(String text) {
        return text.toLowerCase(Locale.ROOT);
    }
}
