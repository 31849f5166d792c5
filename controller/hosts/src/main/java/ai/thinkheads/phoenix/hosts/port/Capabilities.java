package ai.thinkheads.phoenix.hosts.port;

import ai.thinkheads.phoenix.api.Effect;
import java.util.Set;

/**
 * What a host can do, found out when it is opened.
 *
 * @param containers whether it runs containers
 * @param virtualMachines whether it runs virtual machines
 * @param freezesContainers whether it can hold a running container without stopping it
 * @param movesVolumes whether it moves a guest's volume to another storage
 * @param linkedCloneStorages the types of storage on which linked clones of containers are possible, in Proxmox's words
 * @param storageLock whether the host lets one allocation at a time run on a storage
 * @param sourceLock whether cloning holds the source
 * @param onlineContainerFields what can be changed in a running container at once; the rest waits for a restart
 * @param onlineVmFields the same for virtual machines
 */
public record Capabilities(
        boolean containers,
        boolean virtualMachines,
        boolean freezesContainers,
        boolean movesVolumes,
        Set<String> linkedCloneStorages,
        boolean storageLock,
        boolean sourceLock,
        Set<GuestField> onlineContainerFields,
        Set<GuestField> onlineVmFields) {

    public Capabilities {
        linkedCloneStorages = Set.copyOf(linkedCloneStorages);
        onlineContainerFields = Set.copyOf(onlineContainerFields);
        onlineVmFields = Set.copyOf(onlineVmFields);
    }

    /** How a change of that field disturbs a running guest. */
    public Effect effect(GuestKind kind, GuestField field) {
        Set<GuestField> online = kind == GuestKind.CONTAINER ? onlineContainerFields : onlineVmFields;
        return online.contains(field) ? Effect.ONLINE : Effect.RESTART;
    }
}
