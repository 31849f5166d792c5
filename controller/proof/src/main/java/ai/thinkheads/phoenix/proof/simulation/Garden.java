package ai.thinkheads.phoenix.proof.simulation;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.random.RandomGenerator;

/** A random graph of about twenty resources of every kind, which can be varied: what is fixed in reality stays, the rest changes. */
final class Garden {

    private final RandomGenerator random;
    private final Map<String, Plant> plants = new LinkedHashMap<>();
    private final List<String> datasets = new ArrayList<>();
    private final boolean newer;
    private final boolean wide;
    private final boolean thorough;
    private int addresses = 20;

    /** One resource that can be varied. */
    interface Plant {
        String vary();
    }

    Garden(RandomGenerator random, Generation generation) {
        this.random = random;
        this.newer = generation.has(Generation.FROSTY);
        this.wide = generation.has(Generation.WIDE);
        this.thorough = generation.has(Generation.THOROUGH);
        ground();
        software();
        guests();
    }

    /** Every resource, in an order in which each comes after what it refers to. */
    Map<String, String> manifests() {
        Map<String, String> manifests = new LinkedHashMap<>();
        plants.forEach((key, plant) -> manifests.put(key, plant.vary()));
        return manifests;
    }

    List<String> keys() {
        return List.copyOf(plants.keySet());
    }

    /** The resource, somewhat different. */
    String vary(String key) {
        return Objects.requireNonNull(plants.get(key), key).vary();
    }

    private void plant(String kind, String name, Plant spec) {
        plants.put(
                kind + "/" + name,
                () -> "kind: " + kind + "\nmetadata: {name: " + name + "}\nspec:\n  "
                        + spec.vary().strip().replace("\n", "\n  ") + "\n");
    }

    private boolean chance(double p) {
        return random.nextDouble() < p;
    }

    private <T> T one(List<T> of) {
        return of.get(random.nextInt(of.size()));
    }

    private String policy() {
        return chance(0.5) ? "deletionPolicy: Delete\n" : "";
    }

    private void ground() {
        String latency = chance(0.6) ? "Realistic" : "None";
        boolean tuned = wide && chance(0.4);
        if (tuned) {
            plant("Feature", "tuning", () -> feature("tuning", "Host", ""));
        }
        plant("Hypervisor", "lab", () -> """
                driver: simulated
                timezone: %s
                packages: [chrony%s]
                %ssimulated:
                  cpus: 16
                  memory: 128Gi
                  latency: %s
                  disks:
                    - {path: /dev/disk/by-id/a, size: 4Ti}
                    - {path: /dev/disk/by-id/b, size: 1Ti}
                    - {path: /dev/disk/by-id/old, size: 1Ti}
                %s  gpus:
                    - {model: NVIDIA GeForce RTX 5060 Ti, memory: 16Gi}
                  nics: [enp5s0, enp6s0]
                """.formatted(
                        one(List.of("Europe/Berlin", "America/New_York")),
                        chance(0.3) ? ", nvtop" : "",
                        machine(tuned),
                        latency,
                        wide
                                ? "    - {path: /dev/disk/by-id/c, size: 1Ti}\n    - {path: /dev/disk/by-id/d, size: 1Ti}\n"
                                        + "    - {path: /dev/disk/by-id/e, size: 1Ti}\n    - {path: /dev/disk/by-id/f, size: 1Ti}\n"
                                : ""));
        plant(
                "NetworkBridge",
                "lan",
                () -> "interfaceName: vmbr0\nports: [enp5s0]\naddress: 10.0.0.2/16\n"
                        + (chance(0.3) ? "mtu: 1400\n" : ""));
        if (chance(0.5)) {
            plant(
                    "NetworkBridge",
                    "inner",
                    () -> "interfaceName: vmbr1\naddress: 172.16.0.1/24\nnat: {bridge: lan}\n"
                            + (chance(0.5) ? "vlanAware: true\n" : "") + policy());
        }
        plant(
                "ZfsPool",
                "tank",
                () -> "vdevs: [{type: stripe, devices: [/dev/disk/by-id/a]}]\nproperties: {compression: "
                        + one(List.of("lz4", "zstd")) + "}\n");
        if (thorough && chance(0.4)) {
            exchanged();
        } else if (wide && chance(0.5)) {
            mirror();
        } else if (chance(0.3)) {
            plant(
                    "ZfsPool",
                    "slow",
                    () -> "vdevs: [{type: stripe, devices: [/dev/disk/by-id/b]}]\nautotrim: " + chance(0.5) + "\n"
                            + policy());
        }
        plant(
                "ZfsDataset",
                "guests",
                () -> "pool: tank\nproperties: {recordsize: " + one(List.of("16K", "64K", "128K")) + "}\n");
        plant("ZfsDataset", "library", () -> "pool: tank\n" + (chance(0.5) ? "quota: 500Gi\n" : ""));
        int more = 1 + random.nextInt(3);
        for (int i = 0; i < more; i++) {
            String name = "data" + i;
            datasets.add(name);
            dataset(name);
        }
        plant(
                "StoragePool",
                "fast",
                () -> "storageId: guests\ntype: zfspool\ntarget: {dataset: guests}\ncontent: [rootdir, images]\n");
        plant(
                "StoragePool",
                "files",
                () -> "storageId: library\ntype: dir\ntarget: {dataset: library}\ncontent: [vztmpl, import, iso"
                        + (newer ? ", images" : "") + (chance(0.5) ? ", snippets" : "") + "]\n");
        if (thorough && chance(0.6)) {
            plant(
                    "StoragePool",
                    "shelf",
                    () -> "type: dir\ntarget: {dataset: " + one(datasets) + "}\ncontent: [iso"
                            + (chance(0.5) ? ", snippets" : "") + "]\n" + policy());
        }
    }

    /** The settings of the machine itself that vary. */
    private String machine(boolean tuned) {
        if (!wide) {
            return "";
        }
        return (chance(0.5) ? "hostname: " + one(List.of("lab", "lab2")) + "\n" : "")
                + (chance(0.3) ? "domain: example.org\ndns: [10.0.0." + (1 + random.nextInt(2)) + "]\n" : "")
                + (chance(0.4) ? "zfs: {arcMax: " + one(List.of("2Gi", "4Gi")) + "}\n" : "")
                + (chance(0.8) ? "rebootPolicy: WhenRequired\n" : "")
                + (tuned && chance(0.7) ? "features: [{name: tuning}]\n" : "");
    }

    /** A pool whose disks are exchanged and doubled. What a disk was taken out of is on it, so none comes back. */
    private void exchanged() {
        List<String> disks = List.of("b", "c", "d", "e", "f");
        int[] at = {1, 1 + random.nextInt(2)};
        plant("ZfsPool", "slow", () -> {
            if (at[0] + at[1] < disks.size() && chance(0.4)) {
                at[chance(0.6) ? 0 : 1]++;
            }
            List<String> mirror = new ArrayList<>(List.of("/dev/disk/by-id/b"));
            disks.subList(at[0], at[0] + at[1] - 1).forEach(each -> mirror.add("/dev/disk/by-id/" + each));
            return "vdevs: [{type: " + (mirror.size() == 1 ? "stripe" : "mirror") + ", devices: ["
                    + String.join(", ", mirror) + "]}]\nautotrim: " + chance(0.5) + "\n" + policy();
        });
    }

    /** A pool that grows, and has helpers that come and go. */
    private void mirror() {
        boolean[] grown = {false};
        plant("ZfsPool", "slow", () -> {
            grown[0] |= chance(0.3);
            String helper = one(List.of("", "spare", "cache", "log"));
            return "vdevs: [{type: mirror, devices: [/dev/disk/by-id/b, /dev/disk/by-id/c]}"
                    + (grown[0] ? ", {type: mirror, devices: [/dev/disk/by-id/d, /dev/disk/by-id/f]}" : "")
                    + (helper.isEmpty() ? "" : ", {type: " + helper + ", devices: [/dev/disk/by-id/e]}")
                    + "]\nautotrim: " + chance(0.5) + "\n" + policy();
        });
    }

    private void dataset(String name) {
        plant(
                "ZfsDataset",
                name,
                () -> "pool: tank\npath: " + name + "\nquota: " + (10 + random.nextInt(5)) + "Gi\n"
                        + (chance(0.4)
                                ? "properties: {compression: "
                                        + one(List.of("off", "lz4", "gzip")).replace("off", "\"off\"") + "}\n"
                                : "")
                        + (chance(0.3) ? "owner: {uid: 100000, gid: 100000}\nmode: \"0750\"\n" : "")
                        + policy());
    }

    private void software() {
        plant("LxcTemplate", "debian", () -> "source: {bootstrap: {distribution: debian}}\nstorage: files\n");
        if (wide) {
            plant(
                    "LxcTemplate",
                    "alpine",
                    () -> "source: {url: \"https://example.org/alpine.tar.xz\", sha256: \"" + "1".repeat(64)
                            + "\"}\nstorage: files\n" + policy());
        }
        if (chance(wide ? 0.5 : 0.3)) {
            plant(
                    "GpuDriver",
                    "nvidia",
                    () -> "vendor: nvidia\nversion: " + (wide ? one(List.of("580.76.05", "570.10.1")) : "580.76.05")
                            + "\nmode: " + (wide && chance(0.2) ? "Vfio" : "Container") + "\npersistence: "
                            + chance(0.5) + "\n" + (wide ? policy() : ""));
        }
        plant("Feature", "f0", () -> feature("f0", "Guest", ""));
        plant("Feature", "f1", () -> feature("f1", "Guest", chance(0.7) ? "requires: [f0]\n" : ""));
        if (chance(0.6)) {
            plant(
                    "Secret",
                    "token",
                    () -> chance(0.5)
                            ? "valueFrom: {key: {generate: {length: 20}}}\n"
                            : "stringData: {key: " + (wide ? Canaries.make(random) : "value" + random.nextInt(3))
                                    + (thorough && chance(0.5) ? ", more: " + Canaries.make(random) : "") + "}\n");
        }
        if (wide && plants.containsKey("Secret/token")) {
            // It says its secret aloud, as scripts do.
            plant(
                    "Feature",
                    "keeper",
                    () -> "scope: Guest\nversion: \"" + (1 + random.nextInt(2))
                            + "\"\nparameters: {type: object, properties: {token: {type: string}}}\n"
                            + "check: echo \"have $TOKEN\"; test \"$(cat /opt/keeper)\" = \"$PHOENIX_VERSION\"\n"
                            + "install: echo \"take $TOKEN\"; echo \"$PHOENIX_VERSION\" > /opt/keeper\n"
                            + "remove: echo \"drop $TOKEN\"; rm -f /opt/keeper\n");
        }
        if (chance(0.6)) {
            plant(
                    "GuestClass",
                    "small",
                    () -> "container: {cores: " + (1 + random.nextInt(2)) + ", memory: "
                            + one(List.of("256Mi", "512Mi")) + ", tags: [small]}\n");
        }
    }

    private String feature(String name, String scope, String more) {
        String file = "/opt/" + name;
        return """
                scope: %s
                version: "%d"
                check: test "$(cat %s)" = "$PHOENIX_VERSION"
                install: echo "$PHOENIX_VERSION" > %s
                remove: rm -f %s
                %s""".formatted(scope, 1 + random.nextInt(2), file, file, file, more);
    }

    private void guests() {
        container("base", "template: debian\nisTemplate: true\n", false);
        int clones = 1 + random.nextInt(3);
        for (int i = 0; i < clones; i++) {
            container("clone" + i, "cloneFrom: {name: base" + (chance(0.3) ? ", mode: Full" : "") + "}\n", true);
        }
        int own = 1 + random.nextInt(3);
        for (int i = 0; i < own; i++) {
            container("own" + i, "template: debian\n", true);
        }
        if (chance(0.4)) {
            plant(
                    "CloudImage",
                    "noble",
                    () -> "url: https://example.org/noble.img\nstorage: files\nsha256: \"" + "0".repeat(64) + "\"\n");
            machine("golden", "image: noble\nisTemplate: true\n", false);
            machine("vm0", chance(0.5) ? "cloneFrom: {name: golden}\n" : "image: noble\n", true);
        }
    }

    private void container(String name, String origin, boolean varied) {
        String fixed = origin
                + (chance(0.2) ? "vmid: " + (300 + plants.size()) + "\n" : "")
                + (chance(origin.startsWith("clone") ? 0.03 : 0.2) ? "unprivileged: false\n" : "");
        String address = "10.0.0." + addresses++ + "/16";
        int[] root = {8};
        boolean made = wide && origin.startsWith("template");
        boolean carded = made && plants.containsKey("GpuDriver/nvidia") && chance(0.7);
        int[] volumes = {chance(0.5) ? 1 : 0, 1, 1};
        boolean classed = plants.containsKey("GuestClass/small") && chance(0.5);
        plant("LxcContainer", name, () -> {
            StringBuilder text = new StringBuilder(
                    made && varied && chance(0.15) ? fixed.replace("template: debian", "template: alpine") : fixed);
            if (wide && varied) {
                text.append(chance(0.2) ? "features: {nesting: " + chance(0.5) + "}\n" : "");
                text.append(chance(0.2) ? "tags: [" + one(List.of("blue", "green")) + "]\n" : "");
                text.append(chance(0.1) ? "rawConfig: [\"lxc.cap.drop: sys_time\"]\n" : "");
                text.append(carded && chance(0.8) ? "gpu: {driver: nvidia}\n" : "");
            }
            if (varied) {
                root[0] += chance(0.2) ? 1 + random.nextInt(2) : 0;
                volumes[0] = Math.clamp(volumes[0] + random.nextInt(3) - 1, 0, 2);
                volumes[1] += random.nextInt(2);
                text.append(classed ? "class: small\n" : "memory: " + one(List.of("256Mi", "512Mi", "1Gi")) + "\n");
                text.append(chance(0.3) ? "cores: " + (1 + random.nextInt(3)) + "\n" : "");
                boolean idle = chance(0.15);
                text.append(idle ? "runPolicy: " + (newer && chance(0.6) ? "Frozen" : "Stopped") + "\n" : "");
                text.append(chance(0.3) ? "snapshots: [{name: clean, when: Created}]\n" : "");
                text.append(chance(0.2) ? "healthChecks: [{name: alive, exec: {command: [\"true\"]}}]\n" : "");
                text.append(chance(0.2) ? "startup: {onBoot: true, order: " + random.nextInt(3) + "}\n" : "");
                text.append(mounts(name, volumes));
                text.append(policy());
            }
            text.append("rootDisk: {storage: fast, size: ").append(root[0]).append("Gi}\n");
            text.append("network: {interfaces: [{bridge: lan, address: ")
                    .append(varied ? address : "dhcp")
                    .append("}]}\n");
            String features = one(List.of("", "{name: f0}", "{name: f1}", "{name: f0}, {name: f1}"));
            if (plants.containsKey("Feature/keeper") && chance(0.4)) {
                features = (features.isEmpty() ? "" : features + ", ")
                        + "{name: keeper, parameters: {token: {secretRef: {name: token, key: key}}}}";
            }
            text.append(
                    features.isEmpty() && varied
                            ? ""
                            : "provision: {features: [" + (varied ? features : "{name: f0}") + "]}\n");
            return text.toString();
        });
    }

    private String mounts(String name, int[] volumes) {
        List<String> mounts = new ArrayList<>();
        for (int i = 0; i < volumes[0]; i++) {
            mounts.add("{name: m%d, path: /m%d, storage: fast, size: %dGi%s}"
                    .formatted(i, i, i == 0 ? volumes[1] : volumes[2], owner()));
        }
        if (chance(0.2)) {
            mounts.add("{name: shared, path: /shared, dataset: " + one(datasets) + owner() + "}");
        }
        return mounts.isEmpty() ? "" : "mounts: [" + String.join(", ", mounts) + "]\n";
    }

    private String owner() {
        return thorough && chance(0.2) ? ", owner: {uid: 1000, gid: " + one(List.of("1000", "2000")) + "}" : "";
    }

    private String extra(boolean varied) {
        return wide && varied && chance(0.4)
                ? ", {name: data, storage: fast, size: " + (4 + random.nextInt(2)) + "Gi}"
                : "";
    }

    private void machine(String name, String origin, boolean varied) {
        String address = "10.0.0." + addresses++ + "/16";
        int[] root = {8};
        plant("VirtualMachine", name, () -> {
            root[0] += varied && chance(0.3) ? 1 : 0;
            return origin + "memory: " + (varied ? one(List.of("1Gi", "2Gi")) : "1Gi")
                    + "\ndisks: [{name: root, storage: " + (newer && varied && chance(0.3) ? "files" : "fast")
                    + ", size: "
                    + root[0] + "Gi}" + extra(varied) + "]\nnetwork: {interfaces: [{bridge: lan, address: "
                    + (varied ? address : "dhcp")
                    + "}]}\n"
                    + (varied
                            ? policy()
                                    + (chance(0.2) ? "runPolicy: Stopped\n" : "")
                                    + (chance(0.4) ? "provision: {features: [{name: f0}]}\n" : "")
                            : "");
        });
    }
}
