package ai.thinkheads.phoenix.engine.admission;

import ai.thinkheads.phoenix.api.Kinds;
import ai.thinkheads.phoenix.api.Resource;
import ai.thinkheads.phoenix.api.ResourceKey;
import ai.thinkheads.phoenix.api.type.ByteSize;
import ai.thinkheads.phoenix.api.v1alpha1.GpuDriverFacts;
import ai.thinkheads.phoenix.api.v1alpha1.GpuDriverSpec;
import ai.thinkheads.phoenix.api.v1alpha1.GuestFacts;
import ai.thinkheads.phoenix.api.v1alpha1.GuestSpec;
import ai.thinkheads.phoenix.api.v1alpha1.HypervisorFacts;
import ai.thinkheads.phoenix.api.v1alpha1.HypervisorSpec;
import ai.thinkheads.phoenix.api.v1alpha1.LxcContainerSpec;
import ai.thinkheads.phoenix.api.v1alpha1.VirtualMachineSpec;
import ai.thinkheads.phoenix.api.v1alpha1.ZfsPoolFacts;
import ai.thinkheads.phoenix.api.v1alpha1.ZfsPoolSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Whether a host has what its guests are promised: memory, cores, space and cards. */
final class Capacity {

    /** From this many containers on one card that start with the host it is worth a word. */
    private static final int MANY_ON_ONE_CARD = 3;

    private final World world;
    private final Findings findings;

    private Capacity(World world, Findings findings) {
        this.world = world;
        this.findings = findings;
    }

    static void check(World world, Findings findings) {
        Capacity rules = new Capacity(world, findings);
        for (Resource<HypervisorSpec, HypervisorFacts> host : world.of(Kinds.HYPERVISOR)) {
            List<Resource<? extends GuestSpec, ?>> guests = world.guests().stream()
                    .filter(each -> world.host(each).equals(host.name()))
                    .toList();
            rules.memory(host, guests);
            rules.cores(host, guests);
        }
        rules.quotas();
        rules.sharedCards();
        rules.ownedCards();
    }

    private void memory(Resource<HypervisorSpec, HypervisorFacts> host, List<Resource<? extends GuestSpec, ?>> guests) {
        ByteSize has = memoryOf(host);
        if (has == null) {
            return;
        }
        long sum = 0;
        List<ResourceKey> atBoot = new ArrayList<>();
        for (Resource<? extends GuestSpec, ?> guest : guests) {
            ByteSize memory = guest.spec().memory();
            if (memory == null || guest.spec().servesAsTemplate()) {
                continue;
            }
            if (memory.compareTo(has) > 0) {
                findings.error(
                        guest.key(),
                        "spec.memory",
                        memory + " is more than the " + has + " of Hypervisor/" + host.name());
            }
            var startup = guest.spec().startup();
            if (startup != null && Boolean.TRUE.equals(startup.onBoot())) {
                sum += memory.bytes();
                atBoot.add(guest.key());
            }
        }
        if (sum > has.bytes()) {
            findings.warning(
                    findings.oneOf(atBoot),
                    "spec.startup.onBoot",
                    "the guests that start with Hypervisor/" + host.name() + " are given " + gibibytes(sum) + " of its "
                            + gibibytes(has.bytes()) + ": " + Admission.join(atBoot));
        }
    }

    private static @Nullable ByteSize memoryOf(Resource<HypervisorSpec, HypervisorFacts> host) {
        HypervisorFacts facts = host.facts();
        if (facts != null && facts.memory() != null) {
            return facts.memory();
        }
        var simulated = host.spec().simulated();
        return simulated == null ? null : simulated.memory();
    }

    private void cores(Resource<HypervisorSpec, HypervisorFacts> host, List<Resource<? extends GuestSpec, ?>> guests) {
        HypervisorFacts facts = host.facts();
        var simulated = host.spec().simulated();
        Integer has =
                facts != null && facts.cpus() != null ? facts.cpus() : simulated == null ? null : simulated.cpus();
        if (has == null) {
            return;
        }
        for (Resource<? extends GuestSpec, ?> guest : guests) {
            Integer cores = guest.spec().cores();
            if (cores != null && cores > has) {
                findings.warning(
                        guest.key(),
                        "spec.cores",
                        cores + " cores on Hypervisor/" + host.name() + ", which has " + has);
            }
        }
    }

    private void quotas() {
        Map<String, Long> sums = new LinkedHashMap<>();
        Map<String, List<ResourceKey>> who = new HashMap<>();
        for (var dataset : world.of(Kinds.ZFS_DATASET)) {
            ByteSize quota = dataset.spec().quota();
            if (quota != null) {
                sums.merge(dataset.spec().pool(), quota.bytes(), Long::sum);
                who.computeIfAbsent(dataset.spec().pool(), any -> new ArrayList<>())
                        .add(dataset.key());
            }
        }
        sums.forEach((name, sum) -> world.get(Kinds.ZFS_POOL, name)
                .flatMap(this::sizeOf)
                .ifPresent(size -> {
                    if (sum > size) {
                        List<ResourceKey> datasets = who.getOrDefault(name, List.of());
                        findings.warning(
                                findings.oneOf(datasets),
                                "spec.quota",
                                "the quotas on ZfsPool/" + name + " come to " + gibibytes(sum) + " of its "
                                        + gibibytes(size) + ": " + Admission.join(datasets));
                    }
                }));
    }

    /** From the facts; for a simulated host that was not seen yet from its disks. */
    private Optional<Long> sizeOf(Resource<ZfsPoolSpec, ZfsPoolFacts> pool) {
        ZfsPoolFacts facts = pool.facts();
        if (facts != null && facts.size() != null) {
            return Optional.of(facts.size().bytes());
        }
        HypervisorSpec.Simulated machine = world.get(Kinds.HYPERVISOR, world.host(pool))
                .map(host -> host.spec().simulated())
                .orElse(null);
        if (machine == null) {
            return Optional.empty();
        }
        Map<String, Long> disks = new HashMap<>();
        machine.disks().forEach(disk -> disks.put(disk.path(), disk.size().bytes()));
        long size = 0;
        for (ZfsPoolSpec.Vdev vdev : pool.spec().vdevs()) {
            List<Long> sizes = vdev.devices().stream()
                    .map(each -> disks.getOrDefault(each, 0L))
                    .toList();
            long smallest = sizes.stream().min(Long::compare).orElse(0L);
            size += switch (vdev.type()) {
                case STRIPE -> sizes.stream().mapToLong(Long::longValue).sum();
                case MIRROR -> smallest;
                case RAIDZ1 -> smallest * (sizes.size() - 1);
                case RAIDZ2 -> smallest * (sizes.size() - 2);
                case RAIDZ3 -> smallest * (sizes.size() - 3);
                case SPARE, LOG, CACHE -> 0;
            };
        }
        return size == 0 ? Optional.empty() : Optional.of(size);
    }

    private void sharedCards() {
        Map<String, List<Resource<LxcContainerSpec, GuestFacts>>> users = cardUsersFromBoot();
        for (Resource<GpuDriverSpec, GpuDriverFacts> driver : world.of(Kinds.GPU_DRIVER)) {
            List<ResourceKey> onAll = new ArrayList<>();
            Map<String, List<ResourceKey>> onOne = new TreeMap<>();
            for (Resource<LxcContainerSpec, ?> container : users.getOrDefault(driver.name(), List.of())) {
                List<String> devices =
                        Objects.requireNonNull(container.spec().gpu()).devices();
                if (devices.isEmpty()) {
                    onAll.add(container.key());
                }
                devices.stream()
                        .map(each -> card(each, driver.facts()))
                        .distinct()
                        .forEach(each -> onOne.computeIfAbsent(each, any -> new ArrayList<>())
                                .add(container.key()));
            }
            shared("each card", onAll);
            onOne.forEach((card, containers) -> {
                List<ResourceKey> all = new ArrayList<>(containers);
                all.addAll(onAll);
                all.sort(null);
                shared("card " + card, all);
            });
        }
    }

    private void shared(String card, List<ResourceKey> containers) {
        if (containers.size() >= MANY_ON_ONE_CARD) {
            findings.warning(
                    findings.oneOf(containers),
                    "spec.gpu.devices",
                    card + " is shared by " + containers.size() + " containers that start with the host: "
                            + Admission.join(containers));
        }
    }

    /** The containers that start with the host and have cards, by the driver of those. */
    private Map<String, List<Resource<LxcContainerSpec, GuestFacts>>> cardUsersFromBoot() {
        Map<String, List<Resource<LxcContainerSpec, GuestFacts>>> users = new HashMap<>();
        for (var container : world.of(Kinds.LXC_CONTAINER)) {
            var gpu = container.spec().gpu();
            var startup = container.spec().startup();
            if (gpu != null
                    && !container.spec().servesAsTemplate()
                    && startup != null
                    && Boolean.TRUE.equals(startup.onBoot())) {
                users.computeIfAbsent(gpu.driver(), any -> new ArrayList<>()).add(container);
            }
        }
        return users;
    }

    /** The card's index where the driver has been seen, whichever way the card is named. */
    private static String card(String named, @Nullable GpuDriverFacts facts) {
        return facts == null
                ? named
                : facts.devices().stream()
                        .filter(each -> each.uuid().equals(named))
                        .map(each -> Integer.toString(each.index()))
                        .findFirst()
                        .orElse(named);
    }

    private void ownedCards() {
        Map<String, ResourceKey> owners = new HashMap<>();
        for (Resource<VirtualMachineSpec, ?> machine : world.of(Kinds.VIRTUAL_MACHINE)) {
            var gpu = machine.spec().gpu();
            if (gpu == null || machine.spec().servesAsTemplate()) {
                continue;
            }
            for (int i = 0; i < gpu.devices().size(); i++) {
                ResourceKey before = owners.putIfAbsent(
                        world.host(machine) + "\n" + gpu.devices().get(i), machine.key());
                if (before != null && !before.equals(machine.key())) {
                    ResourceKey blamed = findings.oneOf(List.of(machine.key(), before));
                    ResourceKey other = blamed.equals(before) ? machine.key() : before;
                    findings.error(
                            blamed,
                            "spec.gpu.devices[" + i + "]",
                            "the card " + gpu.devices().get(i) + " is owned by " + other
                                    + ", and one machine can own a card");
                }
            }
        }
    }

    private static String gibibytes(long bytes) {
        return String.format(java.util.Locale.ROOT, "%.1fGi", bytes / (double) (1L << 30))
                .replace(".0Gi", "Gi");
    }
}
