package ai.thinkheads.phoenix.hosts.simulated;

import static ai.thinkheads.phoenix.hosts.simulated.Refusals.assertFails;
import static org.assertj.core.api.Assertions.assertThat;

import ai.thinkheads.phoenix.api.v1alpha1.HypervisorSpec.Simulated.Fault;
import ai.thinkheads.phoenix.api.v1alpha1.HypervisorSpec.Simulated.Latency;
import ai.thinkheads.phoenix.hosts.port.ContainerConfig;
import ai.thinkheads.phoenix.hosts.port.GuestField;
import ai.thinkheads.phoenix.hosts.port.HostException;
import ai.thinkheads.phoenix.hosts.port.HostState;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayNameGeneration(ReplaceUnderscores.class)
class PersistenceTest {

    @TempDir
    Path root;

    @Test
    @Tag("promise-4")
    void a_machine_that_is_opened_again_is_the_same() {
        Lab lab = new Lab(root).ground();
        lab.web(101);
        lab.host().containers().start(101);
        lab.sh(101, "apt-get install -y nginx && echo hello > /var/www/html/index.html");
        lab.host().containers().snapshot(101, "before", "a snapshot");
        HostState before = lab.host().read();

        SimulatedHost again = lab.restart();

        assertThat(again.read()).isEqualTo(before);
        assertThat(lab.sh(101, "cat /var/www/html/index.html").output()).isEqualTo("hello\n");
        assertThat(again.ledger()).isNotEmpty();
    }

    @Test
    @Tag("promise-5")
    void what_was_reported_as_done_survives_a_kill_between_any_two_operations() {
        Lab lab = new Lab(root).ground();
        for (int i = 0; i < 20; i++) {
            lab.host().containers().create(100 + i, Lab.container("c" + i), Lab.TEMPLATE);
            HostState before = lab.host().read();
            lab.restart();
            assertThat(lab.host().read()).isEqualTo(before);
        }
    }

    @Test
    @Tag("promise-5")
    void a_line_that_was_not_finished_is_as_if_it_had_not_begun() throws IOException {
        Lab lab = new Lab(root).ground();
        lab.web(101);
        HostState before = lab.host().read();
        lab.host().close();
        Path file = root.resolve("lab/machine.jsonl");
        Files.write(
                file,
                "{\"w\":[{\"t\":\"guest\",\"k\":\"10".getBytes(StandardCharsets.UTF_8),
                StandardOpenOption.APPEND);

        assertThat(lab.restart().read()).isEqualTo(before);
        lab.web(102);
        assertThat(lab.restart().containers().read(102)).isPresent();
    }

    @Test
    void a_damaged_file_says_what_to_do() throws IOException {
        Lab lab = new Lab(root).ground();
        lab.host().close();
        Path file = root.resolve("lab/machine.jsonl");
        List<String> lines = new java.util.ArrayList<>(Files.readAllLines(file));
        lines.set(2, "nonsense");
        Files.write(file, lines);
        assertFails(HostException.Cause.REFUSED, "line 3 is damaged", lab::restart);
        lines.set(0, "{\"format\":99}");
        Files.write(file, lines);
        assertFails(HostException.Cause.UNSUPPORTED, "has format 99", lab::restart);
    }

    @Test
    void the_one_who_opens_last_has_the_machine() {
        Lab lab = new Lab(root).ground();
        SimulatedHost old = lab.host();
        SimulatedHost next = new SimulatedHostDriver(root, lab.clock(), new Random(1))
                .open("lab", Lab.machine(Latency.NONE, List.of()), Map.of());
        assertThat(next.storages().read("guests")).isPresent();
        assertFails(
                HostException.Cause.UNREACHABLE,
                "opened anew",
                () -> old.containers().create(101, Lab.container("x"), Lab.TEMPLATE));
    }

    @Test
    void a_guest_is_written_once_unless_values_wait_for_its_restart() throws IOException {
        Lab lab = new Lab(root).ground();
        lab.web(101);
        lab.host().containers().start(101);

        List<String> lines = Files.readAllLines(root.resolve("lab/machine.jsonl"));
        assertThat(lines.getLast()).contains("\"t\":\"guest\"").doesNotContain("\"effective\"");

        ContainerConfig seen = lab.host().containers().read(101).orElseThrow().config();
        ContainerConfig other =
                GuestSemanticsTest.changed(seen, Set.of("nesting", "keyctl"), seen.nameservers(), Set.of(), "");
        lab.host().containers().update(101, other, Set.of(GuestField.FEATURES), null);
        HostState pending = lab.host().read();

        assertThat(lab.host().containers().read(101).orElseThrow().pending()).containsExactly(GuestField.FEATURES);
        assertThat(Files.readString(root.resolve("lab/machine.jsonl"))).contains("\"effective\"");
        assertThat(lab.restart().read()).isEqualTo(pending);
    }

    @Test
    void the_file_is_written_anew_when_enough_of_it_is_history() throws IOException {
        Lab lab = new Lab(root).ground();
        lab.web(101);
        lab.host().containers().start(101);
        String big = "x".repeat(60_000);
        for (int i = 0; i < 400; i++) {
            lab.sh(101, "echo " + i + big + " > /root/file");
        }
        assertThat(Files.size(root.resolve("lab/machine.jsonl"))).isLessThan(FileJournal.SMALLEST_REWRITE + (1 << 20));
        HostState before = lab.host().read();
        int ledger = lab.host().ledger().size();
        assertThat(lab.restart().read()).isEqualTo(before);
        assertThat(lab.host().ledger()).hasSize(ledger);
        assertThat(lab.sh(101, "cut -c1-4 /root/file").output()).isEqualTo("399x\n");
    }

    @Test
    @Tag("promise-10")
    void the_file_does_not_grow_with_the_number_of_times_the_machine_is_opened() {
        Lab lab = new Lab(root).ground();
        lab.web(101);
        lab.host().containers().start(101);
        String big = "x".repeat(60_000);
        for (int life = 0; life < 6; life++) {
            for (int i = 0; i < 40; i++) {
                lab.sh(101, "echo " + life + "-" + i + big + " > /root/file");
            }
            lab.restart();
            lab.host().containers().start(101);
        }

        assertThat(root.resolve("lab/machine.jsonl"))
                .satisfies(file -> assertThat(Files.size(file)).isLessThan(FileJournal.SMALLEST_REWRITE + (1 << 20)));
    }

    @Test
    @Tag("promise-10")
    void the_ledger_keeps_what_is_there_and_forgets_what_came_and_went_long_ago() {
        Lab lab = new Lab(root).ground();
        lab.web(101);
        for (int i = 0; i < Machine.LATEST / 2 + 100; i++) {
            lab.host().containers().snapshot(101, "s" + i, "");
            lab.host().containers().deleteSnapshot(101, "s" + i);
        }
        int before = lab.host().ledger().size();
        lab.host().containers().start(101);
        String big = "x".repeat(60_000);
        for (int i = 0; i < 200; i++) {
            lab.sh(101, "echo " + i + big + " > /root/file");
        }

        assertThat(lab.restart().ledger())
                .hasSizeLessThan(before)
                .hasSizeGreaterThan(Machine.LATEST)
                .filteredOn(each -> each.what().equals("guest"))
                .extracting(LedgerEntry::name)
                .containsExactly("101");
        assertThat(lab.host().ledger())
                .noneMatch(each -> each.name().equals("101@s0"))
                .anyMatch(each -> each.name().equals("tank") && each.created());
    }

    @Test
    void the_ledger_tells_what_was_made_and_what_removed_it() {
        Lab lab = new Lab(root).ground();
        lab.web(101);
        lab.host().containers().destroy(101);
        lab.web(102);
        lab.host().person().destroy(102);
        assertThat(lab.host().ledger().stream()
                        .filter(each -> each.what().equals("guest"))
                        .toList())
                .extracting(LedgerEntry::name, LedgerEntry::created, LedgerEntry::operation)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("101", true, "create-container"),
                        org.assertj.core.groups.Tuple.tuple("101", false, "destroy-container"),
                        org.assertj.core.groups.Tuple.tuple("102", true, "create-container"),
                        org.assertj.core.groups.Tuple.tuple("102", false, "person"));
    }

    @Test
    @Tag("promise-5")
    void faults_do_what_they_say() {
        Lab lab = new Lab(root).ground();
        SimulatedHost host = lab.host();
        host.faults().failNext("create-container", Fault.Type.REFUSE);
        assertFails(HostException.Cause.REFUSED, "asked for", () -> lab.web(101));
        host.faults().failNext("create-container", Fault.Type.FAIL_TASK);
        assertFails(HostException.Cause.FAILED, "failed in its task", () -> lab.web(101));
        assertThat(host.containers().read(101)).isEmpty();
        host.faults().failNext("create-container", Fault.Type.LOSE_REPLY);
        assertFails(HostException.Cause.UNREACHABLE, "was lost", () -> lab.web(101));
        assertThat(host.containers().read(101)).isPresent();
        Duration before = lab.clock().elapsed();
        host.faults().failNext("start-container", Fault.Type.STALL);
        assertFails(
                HostException.Cause.UNREACHABLE,
                "no answer",
                () -> host.containers().start(101));
        assertThat(lab.clock().elapsed().minus(before)).isEqualTo(Duration.ofSeconds(30));
        assertThat(host.containers().read(101).orElseThrow().running()).isTrue();
        host.faults().failNext("*", Fault.Type.GARBLE);
        assertFails(HostException.Cause.UNREACHABLE, "makes no sense", host::read);
        host.read();
    }

    @Test
    void faults_of_the_manifest_happen_so_often_and_not_again_after_a_restart() {
        var spec = Lab.machine(Latency.NONE, List.of(new Fault("create-container", Fault.Type.REFUSE, 2)));
        Lab lab = new Lab(root, new ManualClock(), spec).ground();
        assertFails(HostException.Cause.REFUSED, "asked for", () -> lab.web(101));
        lab.reopen(spec);
        assertFails(HostException.Cause.REFUSED, "asked for", () -> lab.web(101));
        lab.reopen(spec);
        lab.web(101);
    }

    @Test
    void a_change_of_the_network_that_cuts_the_host_off_is_taken_back() {
        Lab lab = new Lab(root);
        lab.host().faults().failNext("apply-network", Fault.Type.STALL);
        assertFails(HostException.Cause.UNREACHABLE, "no answer", () -> lab.bridge("vmbr0"));
        assertFails(
                HostException.Cause.UNREACHABLE,
                "takes the change back",
                () -> lab.host().read());
        lab.clock().sleep(Duration.ofSeconds(31));
        assertThat(lab.host().read().bridges()).isEmpty();
    }

    @Test
    void operations_take_their_time_when_that_is_asked_for() {
        Lab lab = new Lab(root).ground();
        lab.reopen(Lab.machine(Latency.REALISTIC, List.of()));
        Duration before = lab.clock().elapsed();
        lab.web(101);
        assertThat(lab.clock().elapsed().minus(before)).isEqualTo(Duration.ofSeconds(8));
        assertFails(HostException.Cause.REFUSED, "already exists", () -> lab.web(101));
        assertThat(lab.clock().elapsed().minus(before)).isEqualTo(Duration.ofSeconds(8));
    }

    @Test
    void reads_are_counted_and_an_unchanged_host_is_given_again() {
        Lab lab = new Lab(root).ground();
        long reads = lab.host().counters().reads();
        HostState one = lab.host().read();
        assertThat(lab.host().read()).isSameAs(one);
        lab.host().containers().read(101);
        assertThat(lab.host().counters().reads()).isEqualTo(reads + 3);
        lab.web(101);
        assertThat(lab.host().read()).isNotSameAs(one);
    }

    @Test
    @Tag("promise-10")
    void a_thousand_containers_are_made_in_a_second() throws Exception {
        Lab lab = new Lab(root).ground();
        for (int i = 0; i < 200; i++) {
            lab.host().containers().create(5000 + i, Lab.container("warm-" + i), Lab.TEMPLATE);
        }
        long start = System.nanoTime();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int thread = 0; thread < 8; thread++) {
                int from = 100 + thread * 125;
                threads.submit(() -> {
                    for (int i = 0; i < 125; i++) {
                        lab.host().containers().create(from + i, Lab.container("c" + (from + i)), Lab.TEMPLATE);
                    }
                });
            }
        }
        long millis = (System.nanoTime() - start) / 1_000_000;
        start = System.nanoTime();
        assertThat(lab.host().read().containers()).hasSize(1200);
        long read = (System.nanoTime() - start) / 1_000_000;
        assertThat(millis).as("1,000 containers, then %s ms to read", read).isLessThan(3_000);
        assertThat(lab.restart().read().containers()).hasSize(1200);
    }
}
