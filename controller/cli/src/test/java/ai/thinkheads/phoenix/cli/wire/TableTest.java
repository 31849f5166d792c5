package ai.thinkheads.phoenix.cli.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class TableTest {

    @Test
    void a_table_has_its_columns_its_cells_as_text_and_where_a_watch_begins() {
        Table table = read("""
            {"kind":"Table","metadata":{"resourceVersion":"17","more":{}},
             "columnDefinitions":[{"name":"Name","type":"string","priority":0},{"name":"Node","priority":1},{"name":"Age"}],
             "rows":[{"cells":["web",null,"4s"],"object":{"metadata":{"name":"web"}}},{"cells":["db",100,true]}]}
            """);

        assertThat(table.revision()).isEqualTo("17");
        assertThat(table.columns())
                .containsExactly(new Table.Column("Name", 0), new Table.Column("Node", 1), new Table.Column("Age", 0));
        assertThat(table.rows()).containsExactly(List.of("web", "", "4s"), List.of("db", "100", "true"));
    }

    @Test
    void what_is_no_table_is_an_empty_one() {
        assertThat(read("{}")).isEqualTo(new Table("0", List.of(), List.of()));
        assertThat(read("[]")).isEqualTo(new Table("0", List.of(), List.of()));
        assertThat(read("{\"rows\":null,\"metadata\":1}")).isEqualTo(new Table("0", List.of(), List.of()));
    }

    private static Table read(String json) {
        return Table.read(json.getBytes(StandardCharsets.UTF_8));
    }
}
