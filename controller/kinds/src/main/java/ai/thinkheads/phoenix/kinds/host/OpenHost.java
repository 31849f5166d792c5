package ai.thinkheads.phoenix.kinds.host;

import ai.thinkheads.phoenix.hosts.port.Host;

/**
 * A host as a step uses it.
 *
 * @param host the open host
 * @param readBack for what the step changed
 */
public record OpenHost(Host host, ReadBack readBack) {}
