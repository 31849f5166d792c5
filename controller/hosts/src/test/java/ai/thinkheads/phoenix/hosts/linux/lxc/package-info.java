@NullMarked
package ai.thinkheads.phoenix.hosts.linux.lxc;

import org.jspecify.annotations.NullMarked;
