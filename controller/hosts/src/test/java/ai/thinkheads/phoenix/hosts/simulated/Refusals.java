package ai.thinkheads.phoenix.hosts.simulated;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import ai.thinkheads.phoenix.hosts.port.HostException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** Assertions on what a host refuses. */
final class Refusals {

    private Refusals() {}

    static void assertFails(HostException.Cause why, String text, ThrowingCallable call) {
        assertThatExceptionOfType(HostException.class)
                .isThrownBy(call)
                .withMessageContaining(text)
                .matches(e -> e.why() == why, "for the reason " + why);
    }

    static void assertRefused(String text, ThrowingCallable call) {
        assertFails(HostException.Cause.REFUSED, text, call);
    }
}
