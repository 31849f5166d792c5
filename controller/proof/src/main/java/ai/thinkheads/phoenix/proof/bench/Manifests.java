package ai.thinkheads.phoenix.proof.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Makes folders of manifests for a simulated host with as many resources as asked for. */
public final class Manifests {

    /** The resources that every folder has beside its containers: host, bridge, pool, datasets, storages, template, class. */
    public static final int GROUND = 9;

    private static final String HEAD = "apiVersion: phoenix.thinkheads.ai/v1alpha1\n";

    private Manifests() {}

    /**
     * Writes a folder with that many resources in all.
     *
     * @param latency {@code None} or {@code Realistic}
     */
    public static Path write(Path folder, int resources, String latency) throws IOException {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("ground.yaml"), """
                %skind: Hypervisor
                metadata: {name: lab}
                spec:
                  driver: simulated
                  maxParallel: 64
                  simulated:
                    cpus: 64
                    memory: 16Ti
                    disks: [{path: /dev/disk/by-id/a, size: 64Ti}]
                    latency: %s
                ---
                %skind: NetworkBridge
                metadata: {name: vmbr0}
                spec: {ports: [enp5s0], address: 10.0.0.1/8}
                ---
                %skind: ZfsPool
                metadata: {name: tank}
                spec:
                  vdevs: [{type: stripe, devices: [/dev/disk/by-id/a]}]
                ---
                %skind: ZfsDataset
                metadata: {name: guests}
                spec: {pool: tank}
                ---
                %skind: ZfsDataset
                metadata: {name: library}
                spec: {pool: tank}
                ---
                %skind: StoragePool
                metadata: {name: guests}
                spec: {type: zfspool, target: {dataset: guests}, content: [rootdir]}
                ---
                %skind: StoragePool
                metadata: {name: library}
                spec: {type: dir, target: {dataset: library}, content: [vztmpl]}
                ---
                %skind: LxcTemplate
                metadata: {name: debian}
                spec: {storage: library, source: {bootstrap: {distribution: debian, suite: trixie}}}
                ---
                %skind: GuestClass
                metadata: {name: small}
                spec:
                  container:
                    template: debian
                    cores: 1
                    memory: 256Mi
                    rootDisk: {storage: guests, size: 1Gi}
                """.formatted(
                        HEAD, latency, HEAD, HEAD, HEAD, HEAD, HEAD, HEAD, HEAD, HEAD));
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < resources - GROUND; i++) {
            text.append("---\n")
                    .append(HEAD)
                    .append("kind: LxcContainer\nmetadata: {name: ct-")
                    .append(i)
                    .append("}\nspec:\n  class: small\n  vmid: ")
                    .append(1000 + i)
                    .append("\n  network:\n    interfaces:\n      - {bridge: vmbr0, address: 10.")
                    .append(1 + i / 65_000)
                    .append('.')
                    .append(i / 250 % 250)
                    .append('.')
                    .append(1 + i % 250)
                    .append("/8}\n");
        }
        Files.writeString(folder.resolve("containers.yaml"), text);
        return folder;
    }
}
