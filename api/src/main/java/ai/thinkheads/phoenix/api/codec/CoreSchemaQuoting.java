package ai.thinkheads.phoenix.api.codec;

import java.util.regex.Pattern;
import tools.jackson.dataformat.yaml.util.StringQuotingChecker;

/** Quotes whatever a reader of YAML 1.1 or 1.2 could take for a number, a boolean, a time or null. */
final class CoreSchemaQuoting extends StringQuotingChecker.Default {

    private static final Pattern NUMBER_LIKE = Pattern.compile("[-+]?(\\.?[0-9].*|\\.(inf|Inf|INF)|\\.(nan|NaN|NAN))");
    private static final Pattern PLAIN = Pattern.compile("[0-9]+(\\.[0-9]+)?(Ki|Mi|Gi|Ti|Pi|Ei|h|s|ms)"
            + "|[0-9]+(\\.[0-9]+){2,3}(/[0-9]+)?"
            + "|[0-9]+m([0-9]+s)?");

    @Override
    public boolean needToQuoteValue(String value) {
        return super.needToQuoteValue(value)
                || (NUMBER_LIKE.matcher(value).matches()
                        && !PLAIN.matcher(value).matches());
    }
}
