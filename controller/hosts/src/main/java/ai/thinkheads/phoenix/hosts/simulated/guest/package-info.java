/**
 * The inside of a simulated guest: a model file system, packages, services and ports, and an interpreter of a part of the POSIX
 * shell that works on them. Nothing here touches the machine that Phoenix runs on.
 */
@NullMarked
package ai.thinkheads.phoenix.hosts.simulated.guest;

import org.jspecify.annotations.NullMarked;
