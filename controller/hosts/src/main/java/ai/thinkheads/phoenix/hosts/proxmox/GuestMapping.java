package ai.thinkheads.phoenix.hosts.proxmox;

import ai.thinkheads.phoenix.api.type.ByteSize;
import ai.thinkheads.phoenix.hosts.port.GuestConfig;
import ai.thinkheads.phoenix.hosts.port.GuestField;
import ai.thinkheads.phoenix.hosts.port.GuestKind;
import ai.thinkheads.phoenix.hosts.port.Mark;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Between Proxmox's options and the configurations of one kind of guest. Pure.
 *
 * @param <C> the configuration
 * @param <D> what is attached, a mount point or a disk
 */
interface GuestMapping<C extends GuestConfig, D> {

    GuestKind kind();

    /** The word in the API's paths, {@code lxc} or {@code qemu}. */
    String path();

    /** The word in Proxmox's messages, {@code CT} or {@code VM}. */
    String word();

    /** The host's program for it, {@code pct} or {@code qm}. */
    String program();

    /** The folder of the configuration files. */
    String folder();

    /** The option that holds the host name. */
    String nameOption();

    /** Fields that can be changed while the guest runs. */
    Set<GuestField> online();

    /** All fields that a guest of this kind has. */
    Set<GuestField> fields();

    /** The field's value in that configuration, to compare. */
    Object value(C config, GuestField field);

    /**
     * The configuration that options mean.
     *
     * @param host what the host brings to it
     */
    C read(int vmid, Map<String, String> options, List<GuestFile.Line> lxc, Surroundings host);

    /** The options with which a guest is created. What is attached besides the first volume is among them. */
    Map<String, String> creation(int vmid, C config, String from);

    /** The raw lines of a configuration, in the order in which they are written. */
    List<GuestFile.Line> raw(C config);

    /** What makes those fields what they are in {@code wish}. */
    Change update(int vmid, GuestFile file, C wish, Set<GuestField> fields);

    /** The notes of a clone, whose other fields stay the source's. */
    String cloneNotes(GuestFile source, Mark mark);

    Change attach(GuestFile file, D disk);

    /** Changes options of what is in a slot; null when nothing is. */
    @Nullable
    Change reattach(GuestFile file, D disk);

    /** Volumes that a creation has to grow after the fact, by slot. */
    Map<String, ByteSize> growth(C config);

    /** Why an option's value may be set by root@pam on the host only; null when a token may set it too. */
    @Nullable
    String rootOnly(String option, String value, Map<String, String> options);

    /**
     * What does not stand in a guest's own configuration.
     *
     * @param cpus what a guest without a limit may use
     * @param snippets texts of Phoenix's cloud-init snippets, by volume id
     */
    record Surroundings(int cpus, Map<String, String> snippets) {
        public Surroundings {
            snippets = Map.copyOf(snippets);
        }
    }
}
