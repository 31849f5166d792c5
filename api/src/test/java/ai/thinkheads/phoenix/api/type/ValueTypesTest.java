package ai.thinkheads.phoenix.api.type;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class ValueTypesTest {

    @ParameterizedTest
    @CsvSource({
        "2048Mi, 2Gi",
        "1024, 1Ki",
        "1.5Gi, 1536Mi",
        "1T, 976562500Ki",
        "0, 0",
        "1000, 1000",
        "2Gi, 2Gi",
        "7Ei, 7Ei",
        "1k, 1000"
    })
    void a_size_is_written_in_its_shortest_form(String written, String canonical) {
        assertThat(ByteSize.parse(written)).hasToString(canonical);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Gi", "-1", "1 Gi", "1gi", "1e3", "0.1", "8Ei", "1Gi\n", "٣Gi", "99999999999999999999"})
    void what_is_no_size_is_refused(String text) {
        assertThatThrownBy(() -> ByteSize.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({"90s, 1m30s", "1h30m, 1h30m", "250ms, 250ms", "0s, 0s", "120m, 2h", "1500ms, 1s500ms"})
    void a_length_of_time_is_written_in_its_parts(String written, String canonical) {
        assertThat(Interval.parse(written)).hasToString(canonical);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "5", "-5s", "5 s", "s", "1d", "1s1m", "9999999999s"})
    void what_is_no_length_of_time_is_refused(String text) {
        assertThatThrownBy(() -> Interval.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "localhost",
                "10.0.0",
                "10.0.0.256",
                "1.2.3.4.5",
                "::g",
                "10.0.0.1/24",
                "0x7f.1",
                "fe80::1%eth0",
                "1.2.3.4 ",
                ".1.2.3",
                "1..2.3",
                "1.2.3.",
                "1234.1.1.1",
                "٣.1.1.1",
                "::٣"
            })
    void a_name_or_a_broken_address_is_no_address(String text) {
        assertThatThrownBy(() -> IpAddress.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "10.0.0.1", "10.0.0.1/", "/24", "10.0.0.1/2x", "10.0.0.1/٣", "10.0.0.1/0024", "10.0.0.1/33"})
    void what_has_no_prefix_length_is_no_network(String text) {
        assertThatThrownBy(() -> Cidr.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void a_network_contains_its_addresses_only() {
        Cidr net = Cidr.parse("10.0.0.13/24");

        assertThat(net.contains(IpAddress.parse("10.0.0.255"))).isTrue();
        assertThat(net.contains(IpAddress.parse("10.0.1.0"))).isFalse();
        assertThat(net.contains(IpAddress.parse("fd00::1"))).isFalse();
        assertThat(Cidr.parse("fd00::1/64").contains(IpAddress.parse("fd00::ffff")))
                .isTrue();
        assertThat(Cidr.parse("0.0.0.0/0").contains(IpAddress.parse("200.1.2.3")))
                .isTrue();
    }

    @Test
    void a_hardware_address_is_kept_in_capitals_and_has_to_be_unicast() {
        assertThat(MacAddress.parse("bc:24:11:00:00:0a")).hasToString("BC:24:11:00:00:0A");
        assertThatThrownBy(() -> MacAddress.parse("01:00:5e:00:00:01")).hasMessageContaining("multicast");
    }
}
