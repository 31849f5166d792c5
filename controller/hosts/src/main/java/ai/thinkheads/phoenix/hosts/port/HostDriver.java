package ai.thinkheads.phoenix.hosts.port;

import ai.thinkheads.phoenix.api.v1alpha1.HypervisorSpec;
import java.util.Map;

/** Opens hosts of one driver. */
public interface HostDriver {

    /** The driver that a manifest names. */
    HypervisorSpec.Driver driver();

    /**
     * Opens a host without changing it. Opening the same one again, with another spec too, gives a host that goes on where the
     * last one was.
     *
     * @param name the resource's name
     * @param credentials the values of the Secret that the spec names, by key; empty when it names none
     * @throws HostException when it cannot be reached or is not what the driver drives
     */
    Host open(String name, HypervisorSpec spec, Map<String, String> credentials);
}
