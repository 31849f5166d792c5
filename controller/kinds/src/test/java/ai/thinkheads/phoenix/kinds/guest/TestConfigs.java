package ai.thinkheads.phoenix.kinds.guest;

import ai.thinkheads.phoenix.api.type.ByteSize;
import ai.thinkheads.phoenix.hosts.port.ContainerConfig;
import ai.thinkheads.phoenix.hosts.port.Mark;
import ai.thinkheads.phoenix.hosts.port.Nic;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Configurations that differ in one thing. */
final class TestConfigs {

    private TestConfigs() {}

    static ContainerConfig marked(ContainerConfig c, @Nullable Mark mark) {
        return with(c, c.memory(), c.nics(), mark);
    }

    static ContainerConfig memory(ContainerConfig c, ByteSize memory) {
        return with(c, memory, c.nics(), c.mark());
    }

    private static ContainerConfig with(ContainerConfig c, ByteSize memory, List<Nic> nics, @Nullable Mark mark) {
        return new ContainerConfig(
                c.hostname(),
                c.cores(),
                c.cpuLimit(),
                memory,
                c.swap(),
                c.rootDisk(),
                nics,
                c.nameservers(),
                c.searchDomain(),
                c.unprivileged(),
                c.idMaps(),
                c.features(),
                c.apparmor(),
                c.mounts(),
                c.devices(),
                c.raw(),
                c.onBoot(),
                c.startup(),
                c.tags(),
                c.description(),
                mark);
    }
}
