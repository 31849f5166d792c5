package ai.thinkheads.phoenix.proof.fuzz;

import ai.thinkheads.phoenix.api.type.ByteSize;
import ai.thinkheads.phoenix.api.type.Cidr;
import ai.thinkheads.phoenix.api.type.Interval;
import ai.thinkheads.phoenix.api.type.IpAddress;
import ai.thinkheads.phoenix.api.type.MacAddress;
import ai.thinkheads.phoenix.kinds.host.ZfsValues;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.function.Function;

/** Small texts that stand for a value: each is either refused with words for the user, or means the same when written again. */
class ValuesFuzz {

    private static final int LONGEST_MESSAGE = 400;

    @FuzzTest
    void sizes(byte[] data) {
        round(data, ByteSize::parse, ByteSize::toString);
    }

    @FuzzTest
    void networks(byte[] data) {
        round(data, Cidr::parse, Cidr::toString);
    }

    @FuzzTest
    void addresses(byte[] data) {
        round(data, IpAddress::parse, IpAddress::toString);
        round(data, MacAddress::parse, MacAddress::text);
    }

    @FuzzTest
    void intervals(byte[] data) {
        round(data, Interval::parse, Interval::toString);
    }

    @FuzzTest
    void zfs_properties(byte[] data) {
        String value = new String(data, StandardCharsets.UTF_8);
        for (String property : new String[] {"quota", "recordsize", "compression", "mountpoint", "xattr"}) {
            String once = ZfsValues.canonical(property, value);
            String twice = ZfsValues.canonical(property, once);
            if (!once.equals(twice) && !property.equals("mountpoint")) {
                throw new AssertionError(property + ": '" + once + "' becomes '" + twice + "'");
            }
        }
    }

    private static <T> void round(byte[] data, Function<String, T> parse, Function<T, String> write) {
        String text = new String(data, StandardCharsets.UTF_8);
        T value;
        try {
            value = parse.apply(text);
        } catch (IllegalArgumentException e) {
            String message = Objects.requireNonNullElse(e.getMessage(), "");
            if (message.isBlank() || message.length() > LONGEST_MESSAGE) {
                throw new AssertionError("a refusal without words, or with too many", e);
            }
            return;
        }
        T again = parse.apply(write.apply(value));
        if (!again.equals(value)) {
            throw new AssertionError("'" + text + "' is " + value + " and then " + again);
        }
    }
}
