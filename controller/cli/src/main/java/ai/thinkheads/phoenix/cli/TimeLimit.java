package ai.thinkheads.phoenix.cli;

import ai.thinkheads.phoenix.api.type.Interval;
import java.time.Duration;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads {@code 30s}, {@code 5m} and the like. */
final class TimeLimit implements ITypeConverter<Duration> {

    @Override
    public Duration convert(String text) {
        try {
            return Interval.parse(text).duration();
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(String.valueOf(e.getMessage()));
        }
    }
}
