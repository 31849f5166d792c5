package ai.thinkheads.phoenix.engine.graph;

import static ai.thinkheads.phoenix.engine.Samples.after;
import static ai.thinkheads.phoenix.engine.Samples.dataset;
import static ai.thinkheads.phoenix.engine.Samples.hypervisor;
import static ai.thinkheads.phoenix.engine.Samples.pool;
import static org.assertj.core.api.Assertions.assertThat;

import ai.thinkheads.phoenix.api.Reference;
import ai.thinkheads.phoenix.api.Resource;
import ai.thinkheads.phoenix.api.ResourceKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@DisplayNameGeneration(ReplaceUnderscores.class)
@Timeout(20)
class DependencyGraphTest {

    private final DependencyGraph graph = new DependencyGraph();

    private static Resource<?, ?> data(String name, String... on) {
        return dataset(
                name,
                "tank",
                Map.of(),
                List.of(on).stream().map(each -> after(each)).toList(),
                null);
    }

    private static ResourceKey key(String name) {
        return new ResourceKey("ZfsDataset", name);
    }

    @Test
    void references_are_the_host_the_fields_and_the_orderings() {
        graph.put(hypervisor("alpha"));
        graph.put(data("a", "b"));

        assertThat(graph.references(key("a")))
                .extracting(Reference::field)
                .containsExactly("spec.hypervisor", "spec.pool", "spec.dependsOn[0]");
        assertThat(graph.references(data("a", "b"))).isEqualTo(graph.references(key("a")));
        assertThat(graph.dependents(key("b"))).containsExactly(key("a"));
    }

    @Test
    void the_only_host_is_meant_where_none_is_named_and_none_where_there_are_two() {
        graph.put(pool("tank"));
        graph.put(hypervisor("alpha"));
        assertThat(graph.dependents(hypervisor("alpha").key()))
                .containsExactly(pool("tank").key());

        graph.put(hypervisor("beta"));
        assertThat(graph.references(pool("tank").key())).isEmpty();
        graph.remove(hypervisor("alpha").key());
        assertThat(graph.references(pool("tank").key()))
                .extracting(Reference::target)
                .containsExactly(hypervisor("beta").key());
    }

    @Test
    void a_resource_that_changes_refers_to_what_it_refers_to_now() {
        graph.put(data("a", "b"));
        graph.put(data("a", "c"));

        assertThat(graph.dependents(key("b"))).isEmpty();
        assertThat(graph.dependents(key("c"))).containsExactly(key("a"));
        graph.remove(key("a"));
        assertThat(graph.dependents(key("c"))).isEmpty();
    }

    @Test
    void the_closure_is_all_that_is_needed_itself_included() {
        graph.put(pool("tank"));
        graph.put(data("a"));
        graph.put(data("b", "a"));
        graph.put(data("c"));

        assertThat(graph.closure(key("b")))
                .containsExactly(key("a"), key("b"), pool("tank").key());
    }

    @Test
    void a_chain_counts_those_that_stand_one_on_the_other() {
        graph.put(pool("tank"));
        graph.put(data("a"));
        graph.put(data("b", "a"));
        graph.put(data("c", "b", "a"));

        assertThat(graph.chains())
                .containsEntry(pool("tank").key(), 3)
                .containsEntry(key("a"), 2)
                .containsEntry(key("b"), 1)
                .containsEntry(key("c"), 0);
    }

    @Test
    void a_chain_may_be_longer_than_the_stack_is_deep() {
        List<Resource<?, ?>> all = new ArrayList<>();
        all.add(data("d0"));
        for (int i = 1; i < 50_000; i++) {
            all.add(data("d" + i, "d" + (i - 1)));
        }
        all.forEach(graph::put);

        assertThat(graph.chains()).containsEntry(key("d0"), 49_999);
        assertThat(DependencyGraph.cycle(all)).isEmpty();
    }

    @Test
    void a_cycle_is_shown_as_a_path_and_counting_chains_survives_it() {
        List<Resource<?, ?>> all = List.of(data("a", "c"), data("b", "a"), data("c", "b"), data("d", "a"));
        all.forEach(graph::put);

        List<ResourceKey> cycle = DependencyGraph.cycle(all).orElseThrow();
        assertThat(cycle).hasSize(4);
        assertThat(cycle.getFirst()).isEqualTo(cycle.getLast());
        assertThat(graph.chains()).hasSize(4);
        assertThat(DependencyGraph.cycle(List.of(data("self", "self")))).contains(List.of(key("self"), key("self")));
    }
}
