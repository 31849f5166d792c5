package ai.thinkheads.phoenix.hosts.port;

import ai.thinkheads.phoenix.api.type.ByteSize;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the configurations of containers and virtual machines have in common. */
public sealed interface GuestConfig permits ContainerConfig, VmConfig {

    String hostname();

    int cores();

    ByteSize memory();

    List<Nic> nics();

    List<String> nameservers();

    @Nullable
    String searchDomain();

    boolean onBoot();

    StartupConfig startup();

    /** Without Phoenix's own. */
    Set<String> tags();

    /** Without Phoenix's mark. */
    String description();

    /** Null on a guest that is not Phoenix's. */
    @Nullable
    Mark mark();
}
