package ai.thinkheads.phoenix.kinds.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.thinkheads.phoenix.engine.time.Clock;
import ai.thinkheads.phoenix.hosts.port.HostException;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** How often a host that does not answer is waited for. */
@Tag("promise-10")
@DisplayNameGeneration(ReplaceUnderscores.class)
class SilenceTest {

    private Duration now = Duration.ofHours(1);
    private int asked;

    private final Silence silence = new Silence(new Clock() {
        @Override
        public Duration elapsed() {
            return now;
        }

        @Override
        public Instant instant() {
            return Instant.EPOCH.plus(now);
        }
    });

    private String fail(HostException.Cause why, int seconds) {
        asked++;
        now = now.plusSeconds(seconds);
        throw new HostException(why, "no answer");
    }

    private void ask(HostException.Cause why, int seconds) {
        assertThatThrownBy(() -> silence.ask(() -> fail(why, seconds)))
                .isInstanceOfSatisfying(
                        HostException.class, e -> assertThat(e.why()).isEqualTo(why))
                .hasMessage("no answer");
    }

    @Test
    void a_host_that_was_silent_for_ten_seconds_is_left_alone_for_ten_seconds() {
        for (int i = 0; i < 20; i++) {
            ask(HostException.Cause.UNREACHABLE, 10);
        }
        assertThat(asked).isEqualTo(1);

        now = now.plusSeconds(10);
        assertThat(silence.ask(() -> "back")).isEqualTo("back");
        ask(HostException.Cause.UNREACHABLE, 10);
        assertThat(asked).isEqualTo(2);
    }

    @Test
    void what_fails_at_once_or_for_another_reason_is_asked_again_at_once() {
        ask(HostException.Cause.UNREACHABLE, 0);
        ask(HostException.Cause.DENIED, 10);
        ask(HostException.Cause.UNREACHABLE, 0);

        assertThat(asked).isEqualTo(3);
    }

    @Test
    void another_way_to_it_is_tried_at_once() {
        ask(HostException.Cause.UNREACHABLE, 10);
        silence.end();

        assertThat(silence.ask(() -> "there")).isEqualTo("there");
    }
}
