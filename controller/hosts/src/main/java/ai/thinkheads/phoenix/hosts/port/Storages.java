package ai.thinkheads.phoenix.hosts.port;

import ai.thinkheads.phoenix.api.type.ByteSize;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The storages of a host, as Proxmox defines them; on other hosts directories and datasets with a purpose. */
public interface Storages {

    Optional<Observed> read(String id);

    void create(Definition definition);

    /** Changes what may be kept and the options that are not fixed. */
    void update(Definition definition);

    /** Removes the definition, never the content. */
    void remove(String id);

    /**
     * @param type {@code zfspool}, {@code dir}, {@code nfs} or {@code lvmthin}
     * @param content in Proxmox's words
     * @param options the type's own: {@code pool}, {@code path}, {@code server}, {@code export}, {@code vgname}, {@code thinpool},
     *     {@code sparse}, {@code options}
     */
    record Definition(String id, String type, Set<String> content, Map<String, String> options) {
        public Definition {
            content = Set.copyOf(content);
            options = Map.copyOf(options);
        }
    }

    /**
     * @param fixed options that only a new definition can change
     */
    record Observed(
            Definition definition, Set<String> fixed, boolean active, ByteSize total, ByteSize available, int volumes) {
        public Observed {
            fixed = Set.copyOf(fixed);
        }
    }
}
