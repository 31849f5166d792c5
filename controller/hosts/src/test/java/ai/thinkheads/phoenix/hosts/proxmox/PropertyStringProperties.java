package ai.thinkheads.phoenix.hosts.proxmox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.thinkheads.phoenix.hosts.port.HostException;
import ai.thinkheads.phoenix.hosts.port.Mark;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.StringLength;

class PropertyStringProperties {

    @Provide
    Arbitrary<Map<String, String>> parts() {
        Arbitrary<String> keys =
                Arbitraries.strings().withCharRange('a', 'z').ofMinLength(1).ofMaxLength(8);
        Arbitrary<String> values = Arbitraries.strings()
                .withChars("abcXYZ019:/=.;-_ +%")
                .ofMinLength(1)
                .ofMaxLength(20)
                .map(String::strip)
                .filter(text -> !text.isEmpty());
        return Arbitraries.maps(keys, values).ofMaxSize(6);
    }

    @Property(tries = 300)
    void what_is_written_is_read_again(@ForAll("parts") Map<String, String> parts) {
        String text = PropertyString.write(new LinkedHashMap<>(parts), null);

        assertThat(PropertyString.parse(text, null)).isEqualTo(parts);
    }

    @Property(tries = 300)
    void the_default_key_may_be_left_out(@ForAll("parts") Map<String, String> parts) {
        Map<String, String> all = new LinkedHashMap<>(parts);
        all.put("volume", "tank:subvol-101-disk-0");

        String text = PropertyString.write(all, "volume");

        assertThat(text).startsWith("tank:subvol-101-disk-0");
        assertThat(PropertyString.parse(text, "volume")).isEqualTo(all);
    }

    @Property(tries = 100)
    void a_value_with_a_comma_is_refused(@ForAll @StringLength(max = 5) String text) {
        assertThatThrownBy(() -> PropertyString.write(Map.of("mp", text + ","), null))
                .isInstanceOf(HostException.class);
    }

    @Property(tries = 300)
    void a_mark_makes_the_round_trip_through_the_notes_and_the_file(
            @ForAll @StringLength(max = 30) String text, @ForAll("facts") Map<String, String> facts) {
        String plain = text.replaceAll("[\\p{Cntrl}\\p{C}]", "").replace("%", "");
        Mark mark = new Mark("LxcContainer/web", facts);

        String notes = new NoteMark(plain, mark).notes();

        assertThat(NoteMark.parse(notes).mark()).isEqualTo(mark);
        assertThat(NoteMark.parse(notes).text().strip()).isEqualTo(plain.strip());
        GuestFile file = GuestFile.parse(encoded(notes) + "memory: 512\n");
        NoteMark read = NoteMark.parse(file.current().get("description"));
        assertThat(read.mark()).isEqualTo(mark);
        assertThat(read.text().strip()).isEqualTo(plain.strip());
    }

    @Provide
    Arbitrary<Map<String, String>> facts() {
        Arbitrary<String> text = Arbitraries.strings()
                .withChars("abc/@|:->%41<\"'\\# ä€")
                .ofMinLength(1)
                .ofMaxLength(20);
        return Arbitraries.maps(text, text).ofMaxSize(4);
    }

    /** Notes as Proxmox writes them into the file: what is not plain ASCII, and colons, by percent signs. */
    private static String encoded(String notes) {
        StringBuilder out = new StringBuilder();
        for (String line : notes.split("\n")) {
            out.append('#');
            for (byte b : line.getBytes(StandardCharsets.UTF_8)) {
                boolean plain = b >= 0x20 && b <= 0x7e && b != ':';
                out.append(plain ? String.valueOf((char) b) : String.format("%%%02X", b & 0xff));
            }
            out.append('\n');
        }
        return out.toString();
    }
}
