/** Hosts: the ports that a host offers in {@code port}, and one package for each driver that offers them. */
@NullMarked
package ai.thinkheads.phoenix.hosts;

import org.jspecify.annotations.NullMarked;
