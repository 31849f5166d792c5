package ai.thinkheads.phoenix.hosts.simulated.guest;

import java.util.List;

/** The conditions of {@code test}. */
final class Tests {

    private final Call call;
    private final List<String> args;
    private int at;

    private Tests(Call call, List<String> args) {
        this.call = call;
        this.args = args;
    }

    static int run(Call call, List<String> args) {
        if (args.isEmpty()) {
            return 1;
        }
        Tests tests = new Tests(call, args);
        try {
            boolean result = tests.or();
            return tests.at < args.size() ? call.fail(2, args.get(tests.at) + ": unexpected operator") : result ? 0 : 1;
        } catch (NumberFormatException e) {
            return call.fail(2, "Illegal number");
        }
    }

    private boolean or() {
        boolean value = and();
        while (at < args.size() && (args.get(at).equals("-o") || args.get(at).equals("||"))) {
            at++;
            value |= and();
        }
        return value;
    }

    private boolean and() {
        boolean value = not();
        while (at < args.size() && (args.get(at).equals("-a") || args.get(at).equals("&&"))) {
            at++;
            value &= not();
        }
        return value;
    }

    private boolean not() {
        if (at < args.size() && args.get(at).equals("!") && at + 1 < args.size()) {
            at++;
            return !not();
        }
        return primary();
    }

    private boolean primary() {
        int left = args.size() - at;
        if (left <= 0) {
            return false;
        }
        if (left >= 3 && isBinary(args.get(at + 1))) {
            String one = args.get(at);
            String operator = args.get(at + 1);
            String other = args.get(at + 2);
            at += 3;
            return binary(one, operator, other);
        }
        if (args.get(at).equals("(")) {
            at++;
            boolean value = or();
            at++;
            return value;
        }
        if (left >= 2 && args.get(at).matches("-[a-zA-Z]")) {
            String operator = args.get(at);
            String operand = args.get(at + 1);
            at += 2;
            return unary(operator.charAt(1), operand);
        }
        return !args.get(at++).isEmpty();
    }

    private static boolean isBinary(String text) {
        return switch (text) {
            case "=", "==", "!=", "-eq", "-ne", "-lt", "-le", "-gt", "-ge", "-nt", "-ot", "-ef", "=~", "<", ">" -> true;
            default -> false;
        };
    }

    private boolean binary(String one, String operator, String other) {
        boolean pattern = call.name().equals("[[");
        return switch (operator) {
            case "=", "==" -> pattern ? Patterns.matches(other, one) : one.equals(other);
            case "!=" -> !(pattern ? Patterns.matches(other, one) : one.equals(other));
            case "=~" -> Patterns.posix(other, true, false).matcher(one).find();
            case "<" -> one.compareTo(other) < 0;
            case ">" -> one.compareTo(other) > 0;
            case "-nt", "-ot", "-ef" -> false;
            default -> {
                long a = Long.parseLong(one.strip());
                long b = Long.parseLong(other.strip());
                yield switch (operator) {
                    case "-eq" -> a == b;
                    case "-ne" -> a != b;
                    case "-lt" -> a < b;
                    case "-le" -> a <= b;
                    case "-gt" -> a > b;
                    default -> a >= b;
                };
            }
        };
    }

    private boolean unary(char operator, String operand) {
        String path = call.path(operand);
        boolean device = call.world().surroundings().devices().contains(path) || path.equals("/dev/null");
        Inside.Node node = call.files().get(path);
        return switch (operator) {
            case 'n' -> !operand.isEmpty();
            case 'z' -> operand.isEmpty();
            case 'e' -> node != null || device;
            case 'f' -> node != null && !node.isDirectory();
            case 'd' -> node != null && node.isDirectory();
            case 'L', 'h' -> {
                Inside.Node own = call.files().node(path);
                yield own != null && own.isLink();
            }
            case 's' -> node != null && (node.isDirectory() || !node.content().isEmpty());
            case 'x' ->
                node != null && (node.mode() & 0111) != 0 || call.world().which(path) != null;
            case 'r', 'w' -> node != null || device;
            case 'c' -> device;
            case 'b' -> device && path.startsWith("/dev/disk");
            default -> false;
        };
    }
}
