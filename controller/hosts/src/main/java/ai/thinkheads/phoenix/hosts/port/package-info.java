/**
 * What can be seen and done on a host, in the field's own terms and without the habits of one driver. Observations are immutable
 * records; operations return when the host has done the work, and throw {@link ai.thinkheads.phoenix.hosts.port.HostException}
 * when it has not.
 */
@NullMarked
package ai.thinkheads.phoenix.hosts.port;

import org.jspecify.annotations.NullMarked;
