/** LXC containers: what a manifest means in the words of a host, how two configurations compare, and the reconciler. */
@NullMarked
package ai.thinkheads.phoenix.kinds.lxccontainer;

import org.jspecify.annotations.NullMarked;
