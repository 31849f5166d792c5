package ai.thinkheads.phoenix.hosts.port;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import ai.thinkheads.phoenix.api.type.ByteSize;
import ai.thinkheads.phoenix.hosts.port.ContainerConfig.MountPoint;
import ai.thinkheads.phoenix.hosts.port.ContainerConfig.RootDisk;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/** What every driver's host does with containers. A driver's test extends it and says where the ground is. */
@DisplayNameGeneration(ReplaceUnderscores.class)
public abstract class HostContractTest {

    private static final Mark MARK = new Mark("LxcContainer/web", Map.of("feature/nginx", "1@abc"));

    /** The ground that the tests stand on: a host with a storage for containers, a template in it and a bridge. */
    public record Ground(Host host, String storage, String template, String bridge) {}

    private @Nullable Ground ground;

    /** Opens a host and makes what the tests need. */
    protected abstract Ground prepare() throws Exception;

    @BeforeEach
    void open() throws Exception {
        ground = prepare();
    }

    @AfterEach
    void close() {
        ground().host().close();
    }

    /** The ground of this test. */
    protected Ground ground() {
        if (ground == null) {
            throw new IllegalStateException("not prepared");
        }
        return ground;
    }

    protected Host host() {
        return ground().host();
    }

    private Guests<ContainerConfig, MountPoint> containers() {
        return host().containers();
    }

    /** A small container's configuration. */
    protected ContainerConfig small(String hostname) {
        return new ContainerConfig(
                hostname,
                1,
                null,
                ByteSize.ofMi(256),
                ByteSize.ofMi(0),
                new RootDisk(ground().storage(), ByteSize.ofGi(2), null),
                List.of(new Nic("eth0", ground().bridge(), "10.77.0.5/24", null, null, null, null, false)),
                List.of(),
                null,
                true,
                List.of(),
                Set.of(),
                null,
                List.of(),
                List.of(),
                List.of(),
                false,
                StartupConfig.UNSET,
                Set.of("lab"),
                "made by a test",
                MARK);
    }

    private Guests.Observed<ContainerConfig> created(int vmid) {
        containers().create(vmid, small("web"), ground().template());
        return read(vmid);
    }

    private Guests.Observed<ContainerConfig> read(int vmid) {
        return containers().read(vmid).orElseThrow();
    }

    @Test
    void a_created_container_is_stopped_and_is_what_was_asked_for() {
        Guests.Observed<ContainerConfig> seen = created(901);

        assertThat(seen.running()).isFalse();
        assertThat(seen.config().hostname()).isEqualTo("web");
        assertThat(seen.config().memory()).isEqualTo(ByteSize.ofMi(256));
        assertThat(seen.config().rootDisk().volume()).isNotNull();
        assertThat(seen.config().nics()).singleElement().satisfies(nic -> {
            assertThat(nic.mac()).isNotNull();
            assertThat(nic.bridge()).isEqualTo(ground().bridge());
        });
        assertThat(seen.effective()).isEqualTo(seen.config());
    }

    @Test
    void the_mark_makes_the_round_trip_from_the_first_moment() {
        assertThat(created(901).config().mark()).isEqualTo(MARK);

        Mark other = MARK.with("feature/docker", "2@def");
        containers().update(901, withMark(read(901).config(), other), Set.of(GuestField.MARK), null);
        assertThat(read(901).config().mark()).isEqualTo(other);

        containers().release(901);
        assertThat(read(901).config().mark()).isNull();
    }

    @Test
    void a_second_container_of_that_number_is_refused() {
        created(901);

        assertThatThrownBy(() -> containers().create(901, small("other"), ground().template()))
                .isInstanceOf(HostException.class)
                .hasMessageContaining("901");
    }

    @Test
    void what_is_read_one_by_one_is_what_the_whole_shows() {
        created(901);

        assertThat(host().read().containers()).containsEntry(901, read(901));
    }

    @Test
    void a_change_with_an_old_digest_is_a_conflict_and_changes_nothing() {
        String digest = created(901).digest().text();
        containers().update(901, withMemory(read(901).config(), 512), Set.of(GuestField.MEMORY), digest);

        assertThatThrownBy(() -> containers()
                        .update(901, withMemory(read(901).config(), 1024), Set.of(GuestField.MEMORY), digest))
                .isInstanceOfSatisfying(
                        HostException.class, e -> assertThat(e.why()).isEqualTo(HostException.Cause.CONFLICT));
        assertThat(read(901).config().memory()).isEqualTo(ByteSize.ofMi(512));
    }

    @Test
    void only_the_named_fields_are_changed() {
        ContainerConfig before = created(901).config();

        containers().update(901, withMemory(small("another"), 512), Set.of(GuestField.MEMORY), null);

        ContainerConfig after = read(901).config();
        assertThat(after.memory()).isEqualTo(ByteSize.ofMi(512));
        assertThat(after.hostname()).isEqualTo(before.hostname());
        assertThat(after.nics()).isEqualTo(before.nics());
    }

    @Test
    void start_and_shutdown_can_be_repeated() {
        created(901);
        containers().start(901);
        containers().start(901);
        assertThat(read(901).running()).isTrue();
        assertThat(read(901).startedAt()).isNotNull();

        containers().shutdown(901, Duration.ofSeconds(20));
        containers().shutdown(901, Duration.ofSeconds(20));
        assertThat(read(901).running()).isFalse();
    }

    @Test
    void a_running_container_is_not_destroyed() {
        created(901);
        containers().start(901);

        assertThatThrownBy(() -> containers().destroy(901)).isInstanceOf(HostException.class);
        assertThat(containers().read(901)).isPresent();

        containers().shutdown(901, Duration.ofSeconds(20));
        containers().destroy(901);
        assertThat(containers().read(901)).isEmpty();
    }

    @Test
    void a_full_clone_is_of_its_own() {
        created(901);
        Mark mark = new Mark("LxcContainer/copy", Map.of());
        containers().clone(901, 902, "copy", mark, true, null, null);

        Guests.Observed<ContainerConfig> copy = read(902);
        assertThat(copy.config().hostname()).isEqualTo("copy");
        assertThat(copy.config().mark()).isEqualTo(mark);
        assertThat(copy.config().nics().getFirst().mac())
                .isNotEqualTo(read(901).config().nics().getFirst().mac());
        assertThat(copy.clonedFrom()).isNull();
        containers().destroy(901);
        containers().start(902);
        assertThat(read(902).running()).isTrue();
    }

    @Test
    void a_volume_moves_to_another_storage_and_the_old_one_stays_unused() {
        assumeThat(host().capabilities().movesVolumes()).isTrue();
        host().storages()
                .create(new Storages.Definition(
                        "spare", "dir", Set.of("rootdir", "images"), Map.of("path", "/tank/spare")));
        String old = created(901).config().rootDisk().volume();
        containers().start(901);
        assertThatThrownBy(() -> containers().move(901, "rootfs", "spare")).isInstanceOf(HostException.class);
        containers().shutdown(901, Duration.ofSeconds(20));

        containers().move(901, "rootfs", "spare");
        containers().move(901, "rootfs", "spare");

        assertThat(read(901).config().rootDisk().storage()).isEqualTo("spare");
        assertThat(read(901).config().rootDisk().size())
                .isEqualTo(small("web").rootDisk().size());
        assertThat(read(901).unused()).containsExactly(old);
        assertThat(host().read().containers()).containsEntry(901, read(901));
        containers().start(901);
        containers().destroyUnused(901, String.valueOf(old));
        assertThat(read(901).unused()).isEmpty();
    }

    @Test
    void a_volume_is_attached_grown_detached_and_destroyed() {
        created(901);
        containers()
                .attach(
                        901,
                        new MountPoint(null, "/data", null, ground().storage(), ByteSize.ofGi(1), null, false, true),
                        null);
        MountPoint there = read(901).config().mounts().getFirst();
        assertThat(there.slot()).isNotNull();
        String volume = there.volume();
        assertThat(volume).isNotNull();

        containers().grow(901, String.valueOf(there.slot()), ByteSize.ofGi(2));
        assertThat(read(901).config().mounts().getFirst().size()).isEqualTo(ByteSize.ofGi(2));

        containers().detach(901, String.valueOf(there.slot()), null);
        assertThat(read(901).config().mounts()).isEmpty();
        assertThat(read(901).unused()).containsExactly(String.valueOf(volume));

        containers().destroyUnused(901, String.valueOf(volume));
        assertThat(read(901).unused()).isEmpty();
    }

    @Test
    void a_disk_never_shrinks() {
        created(901);
        containers().grow(901, "rootfs", ByteSize.ofGi(3));

        assertThatThrownBy(() -> containers().grow(901, "rootfs", ByteSize.ofGi(1)))
                .isInstanceOf(HostException.class);
        assertThat(read(901).config().rootDisk().size()).isEqualTo(ByteSize.ofGi(3));
    }

    @Test
    void what_is_not_there_is_not_found() {
        assertThat(containers().read(999)).isEmpty();
        assertThatThrownBy(() -> containers().start(999))
                .isInstanceOfSatisfying(
                        HostException.class, e -> assertThat(e.why()).isEqualTo(HostException.Cause.NOT_FOUND));
    }

    @Test
    void changes_are_counted() {
        long before = host().counters().changes();
        created(901);

        assertThat(host().counters().changes()).isEqualTo(before + 1);
    }

    @Test
    void commands_run_in_a_running_container() {
        created(901);
        containers().start(901);

        GuestShell.Result result = host().shell()
                .run(new GuestShell.Command(
                        GuestShell.Target.guest(GuestKind.CONTAINER, 901),
                        List.of("/bin/sh"),
                        Map.of("WORD", "it's here"),
                        "echo \"$WORD\"; exit 3".getBytes(java.nio.charset.StandardCharsets.UTF_8),
                        Duration.ofSeconds(20),
                        true,
                        null));

        assertThat(result.output().strip()).isEqualTo("it's here");
        assertThat(result.exitCode()).isEqualTo(3);
    }

    /** The same with another mark. */
    protected static ContainerConfig withMark(ContainerConfig of, @Nullable Mark mark) {
        return new ContainerConfig(
                of.hostname(),
                of.cores(),
                of.cpuLimit(),
                of.memory(),
                of.swap(),
                of.rootDisk(),
                of.nics(),
                of.nameservers(),
                of.searchDomain(),
                of.unprivileged(),
                of.idMaps(),
                of.features(),
                of.apparmor(),
                of.mounts(),
                of.devices(),
                of.raw(),
                of.onBoot(),
                of.startup(),
                of.tags(),
                of.description(),
                mark);
    }

    /** The same with other memory. */
    protected static ContainerConfig withMemory(ContainerConfig of, long mebibytes) {
        return new ContainerConfig(
                of.hostname(),
                of.cores(),
                of.cpuLimit(),
                ByteSize.ofMi(mebibytes),
                of.swap(),
                of.rootDisk(),
                of.nics(),
                of.nameservers(),
                of.searchDomain(),
                of.unprivileged(),
                of.idMaps(),
                of.features(),
                of.apparmor(),
                of.mounts(),
                of.devices(),
                of.raw(),
                of.onBoot(),
                of.startup(),
                of.tags(),
                of.description(),
                of.mark());
    }
}
