package ai.thinkheads.phoenix.hosts.simulated.guest;

import java.util.function.UnaryOperator;

/** The integer arithmetic of {@code $(( ))}. */
final class Arithmetic {

    private final String text;
    private final UnaryOperator<String> variables;
    private int at;

    private Arithmetic(String text, UnaryOperator<String> variables) {
        this.text = text;
        this.variables = variables;
    }

    static long evaluate(String text, UnaryOperator<String> variables) {
        Arithmetic arithmetic = new Arithmetic(text, variables);
        long value = arithmetic.binary(0);
        arithmetic.blanks();
        if (arithmetic.at < text.length()) {
            throw new Parser.SyntaxException("arithmetic expression: expecting EOF: \"" + text + "\"");
        }
        return value;
    }

    private static final String[][] LEVELS = {
        {"||"}, {"&&"}, {"==", "!="}, {"<=", ">=", "<", ">"}, {"+", "-"}, {"*", "/", "%"}
    };

    private long binary(int level) {
        if (level == LEVELS.length) {
            return unary();
        }
        long left = binary(level + 1);
        while (true) {
            blanks();
            String found = null;
            for (String each : LEVELS[level]) {
                if (text.startsWith(each, at)) {
                    found = each;
                    break;
                }
            }
            if (found == null) {
                return left;
            }
            at += found.length();
            left = apply(found, left, binary(level + 1));
        }
    }

    private static long apply(String operator, long left, long right) {
        if ((operator.equals("/") || operator.equals("%")) && right == 0) {
            throw new Parser.SyntaxException("arithmetic expression: division by zero");
        }
        return switch (operator) {
            case "||" -> left != 0 || right != 0 ? 1 : 0;
            case "&&" -> left != 0 && right != 0 ? 1 : 0;
            case "==" -> left == right ? 1 : 0;
            case "!=" -> left != right ? 1 : 0;
            case "<=" -> left <= right ? 1 : 0;
            case ">=" -> left >= right ? 1 : 0;
            case "<" -> left < right ? 1 : 0;
            case ">" -> left > right ? 1 : 0;
            case "+" -> left + right;
            case "-" -> left - right;
            case "*" -> left * right;
            case "/" -> left / right;
            default -> left % right;
        };
    }

    private long unary() {
        blanks();
        if (at >= text.length()) {
            return 0;
        }
        char c = text.charAt(at);
        if (c == '-' || c == '+' || c == '!') {
            at++;
            long value = unary();
            return c == '-' ? -value : c == '+' ? value : value == 0 ? 1 : 0;
        }
        if (c == '(') {
            at++;
            long value = binary(0);
            blanks();
            if (at >= text.length() || text.charAt(at) != ')') {
                throw new Parser.SyntaxException("arithmetic expression: expecting ')'");
            }
            at++;
            return value;
        }
        int start = at;
        while (at < text.length() && (Character.isLetterOrDigit(text.charAt(at)) || text.charAt(at) == '_')) {
            at++;
        }
        String word = text.substring(start, at);
        if (word.isEmpty()) {
            throw new Parser.SyntaxException("arithmetic expression: expecting primary: \"" + text + "\"");
        }
        String value =
                Character.isDigit(word.charAt(0)) ? word : variables.apply(word).strip();
        try {
            return value.isEmpty() ? 0 : Long.parseLong(value);
        } catch (NumberFormatException e) {
            throw new Parser.SyntaxException("Illegal number: " + value);
        }
    }

    private void blanks() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
    }
}
