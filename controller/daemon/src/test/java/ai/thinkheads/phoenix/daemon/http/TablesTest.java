package ai.thinkheads.phoenix.daemon.http;

import static org.assertj.core.api.Assertions.assertThat;

import ai.thinkheads.phoenix.api.codec.ResourceCodec;
import java.time.Duration;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class TablesTest {

    @ParameterizedTest
    @CsvSource({
        "0,0s",
        "119,119s",
        "120,2m",
        "150,2m30s",
        "600,10m",
        "10799,179m",
        "10800,3h",
        "11220,3h7m",
        "28800,8h",
        "172799,47h",
        "172800,2d",
        "180000,2d2h",
        "691200,8d",
        "63072000,2y",
        "-5,0s"
    })
    void ages_are_as_short_as_in_kubectl(long seconds, String text) {
        assertThat(Ages.text(Duration.ofSeconds(seconds))).isEqualTo(text);
    }

    @Test
    void columns_find_values_in_lists_and_objects() {
        var tree = ResourceCodec.json()
                .readTree(
                        "{\"status\":{\"devices\":[{\"model\":\"A\"},{\"model\":\"B\"}],\"ports\":[1,2],\"n\":null}}");
        assertThat(FieldPath.parse(".status.devices[*].model").text(tree)).isEqualTo("A,B");
        assertThat(FieldPath.parse(".status.ports").text(tree)).isEqualTo("1,2");
        assertThat(FieldPath.parse(".status.n").text(tree)).isNull();
        assertThat(FieldPath.parse(".spec.x[*].y").text(tree)).isNull();
    }
}
