package ai.thinkheads.phoenix.hosts.simulated;

import static org.assertj.core.api.Assertions.assertThat;

import ai.thinkheads.phoenix.api.type.ByteSize;
import ai.thinkheads.phoenix.hosts.port.ContainerConfig.MountPoint;
import ai.thinkheads.phoenix.hosts.port.Gpus;
import ai.thinkheads.phoenix.hosts.port.HostException;
import ai.thinkheads.phoenix.hosts.port.HostState;
import ai.thinkheads.phoenix.hosts.port.Storages;
import ai.thinkheads.phoenix.hosts.port.ZfsDatasets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class SimulatedHostProperties {

    /** One of many operations, on one of a few guests. */
    private static void act(Lab lab, int number) {
        int vmid = 100 + number % 4;
        SimulatedHost host = lab.host();
        try {
            switch (number / 4 % 14) {
                case 0, 1 -> lab.web(vmid);
                case 2 -> host.containers().start(vmid);
                case 3 -> host.containers().shutdown(vmid, Duration.ofSeconds(1));
                case 4 -> host.containers().destroy(vmid);
                case 5 -> host.containers().makeTemplate(vmid);
                case 6 ->
                    host.containers()
                            .clone(vmid, 100 + (number + 1) % 4, "clone", Lab.MARK, number % 3 == 0, null, null);
                case 7 -> host.containers().snapshot(vmid, "snap" + number % 3, "text");
                case 8 -> host.containers().rollback(vmid, "snap" + number % 3);
                case 9 ->
                    host.containers()
                            .attach(
                                    vmid,
                                    new MountPoint(
                                            null,
                                            "/d" + number % 5,
                                            null,
                                            "guests",
                                            ByteSize.ofGi(1),
                                            null,
                                            false,
                                            true),
                                    null);
                case 10 -> host.containers().detach(vmid, "mp0", null);
                case 11 -> host.zfsDatasets().create("tank/d" + number % 3, Map.of("reservation", "1G"), Lab.MARK);
                case 12 -> host.zfsDatasets().destroy("tank/d" + number % 3);
                default -> host.node().reboot();
            }
        } catch (HostException e) {
            // What is refused must not leave anything behind either.
            assertThat(e.getMessage()).isNotBlank();
        }
    }

    @Property(tries = 60)
    void a_machine_that_is_opened_again_has_an_equal_state(
            @ForAll @Size(max = 30) List<@IntRange(max = 2000) Integer> numbers) throws IOException {
        Path root = Files.createTempDirectory("simulated");
        Lab lab = new Lab(root).ground();
        numbers.forEach(number -> act(lab, number));
        HostState before = lab.host().read();
        assertThat(lab.restart().read()).isEqualTo(before);
        lab.host().close();
    }

    /** One of many things that happen to the machine under its guests. */
    private static void meddle(Lab lab, int number) {
        SimulatedHost host = lab.host();
        Person person = host.person();
        try {
            switch (number % 16) {
                case 0 -> person.breakDevice("tank", Lab.DISK_A, number % 3 == 0 ? "ONLINE" : "FAULTED");
                case 1 -> person.plug(Lab.DISK_C, number % 3 == 0);
                case 2 -> person.sign(Lab.DISK_D, number % 3 == 0 ? null : "ext4");
                case 3 -> person.exportPool("tank");
                case 4 -> host.zfsPools().importPool("tank");
                case 5 -> person.setDataset("tank", Map.of("atime", number % 3 == 0 ? "on" : "off"));
                case 6 -> person.removeStorage("library");
                case 7 ->
                    host.storages()
                            .create(new Storages.Definition("more", "dir", Set.of("iso"), Map.of("path", "/srv/more")));
                case 8 -> person.deleteFile(Lab.TEMPLATE);
                case 9 -> host.node().setTimezone(number % 3 == 0 ? "Europe/Berlin" : "Etc/UTC");
                case 10 -> host.node().installPackages(Set.of("htop"));
                case 11 ->
                    host.gpus().installDriver(new Gpus.DriverConfig("580.1", null, null, true, number % 3 == 0, true));
                case 12 -> person.createDataset("tank/more" + number % 3, null, Map.of("quota", "10G"));
                case 13 -> person.destroyDataset("tank/more" + number % 3);
                case 14 -> person.lock(100 + number % 4, number % 3 == 0 ? null : "backup");
                default -> person.replaceBridges(List.of());
            }
        } catch (HostException e) {
            assertThat(e.getMessage()).isNotBlank();
        }
    }

    @Property(tries = 60)
    void a_state_of_which_parts_were_made_before_is_as_one_that_is_made_anew(
            @ForAll @Size(max = 40) List<@IntRange(max = 4000) Integer> numbers) throws IOException {
        Lab lab = new Lab(Files.createTempDirectory("simulated")).ground();
        for (int number : numbers) {
            if (number % 2 == 0) {
                act(lab, number / 2);
            } else {
                meddle(lab, number / 2);
            }
            assertThat(lab.host().read())
                    .as("after %d", number)
                    .isEqualTo(lab.host().readAnew());
        }
        lab.host().close();
    }

    @Property(tries = 60)
    void what_datasets_use_adds_up(@ForAll @Size(max = 30) List<@IntRange(max = 2000) Integer> numbers)
            throws IOException {
        Lab lab = new Lab(Files.createTempDirectory("simulated")).ground();
        numbers.forEach(number -> act(lab, number));
        Map<String, ZfsDatasets.Observed> all = lab.host().read().datasets();
        all.forEach((name, dataset) -> {
            long below = all.values().stream()
                    .filter(each -> name.equals(Space.parent(each.name())))
                    .mapToLong(each -> Math.max(
                            each.used().bytes(), Long.parseLong(each.effective().getOrDefault("reservation", "0"))))
                    .sum();
            long own = Math.max(
                    Long.parseLong(dataset.effective().getOrDefault("referenced", "0")),
                    Long.parseLong(dataset.effective().getOrDefault("refreservation", "0")));
            assertThat(dataset.used().bytes()).as(name).isEqualTo(below + own);
        });
        long volumes = lab.host().ledger().stream()
                .filter(each -> each.what().equals("volume"))
                .mapToInt(each -> each.created() ? 1 : -1)
                .sum();
        assertThat(volumes)
                .isEqualTo(all.keySet().stream()
                        .filter(name -> name.contains("vol-"))
                        .count());
        lab.host().close();
    }
}
