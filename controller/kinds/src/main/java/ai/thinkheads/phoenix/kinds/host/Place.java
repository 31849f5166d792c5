package ai.thinkheads.phoenix.kinds.host;

import ai.thinkheads.phoenix.engine.plan.Step.Lock;
import java.util.ArrayList;
import java.util.List;

/**
 * Where a step runs, as far as its locks need to know.
 *
 * @param hypervisor the name that the locks of the host begin with
 * @param slots how many operations may run on the host at once
 * @param storageLock whether the host lets one allocation at a time run on a storage
 */
public record Place(String hypervisor, int slots, boolean storageLock) {

    /** What {@code spec.maxParallel} is when the manifest does not say. */
    public static final int SLOTS = 8;

    /** Those parts of the host, each for itself. The engine adds one of the host's slots. */
    public List<Lock> locks(String... parts) {
        List<Lock> locks = new ArrayList<>();
        for (String part : parts) {
            locks.add(Lock.exclusive(hypervisor + "/" + part));
        }
        return List.copyOf(locks);
    }

    /** The storage, where the host allocates one thing at a time. */
    public List<Lock> storageLocks(String storage) {
        return storageLock ? locks("storage/" + storage) : locks();
    }
}
