package ai.thinkheads.phoenix.hosts.linux;

import ai.thinkheads.phoenix.hosts.port.ContainerConfig;
import ai.thinkheads.phoenix.hosts.port.GuestShell;
import ai.thinkheads.phoenix.hosts.port.Guests;
import ai.thinkheads.phoenix.hosts.port.Storages;
import ai.thinkheads.phoenix.hosts.port.Templates;
import ai.thinkheads.phoenix.hosts.port.ZfsDatasets;
import java.util.Map;

/**
 * What runs guests on a plain host, made for one host from its {@link LinuxGround}. It lies in a package of its own, {@code lxc},
 * as {@code LxcGuests} with a constructor that takes the ground.
 */
public interface LinuxGuests extends AutoCloseable {

    Guests<ContainerConfig, ContainerConfig.MountPoint> containers();

    Templates templates();

    /** Runs commands in containers and, without a target, on the host itself. */
    GuestShell shell();

    /** Whether it runs containers at all. */
    default boolean runsContainers() {
        return true;
    }

    /** All containers by number; the commands do not grow with their number. */
    Map<Integer, Guests.Observed<ContainerConfig>> readContainers(Survey survey);

    /** All template files by volume id; the commands do not grow with their number. */
    Map<String, Templates.Observed> readTemplates(Survey survey);

    @Override
    default void close() {}

    /**
     * What the host told in the same pass, so that nobody asks for it twice.
     *
     * @param storages definitions by id
     * @param datasets by full name
     */
    record Survey(Map<String, Storages.Definition> storages, Map<String, ZfsDatasets.Observed> datasets) {}
}
