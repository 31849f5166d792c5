/** What NVIDIA's programs and kernel module tell of the cards, for every driver whose host has them. */
@NullMarked
package ai.thinkheads.phoenix.hosts.nvidia;

import org.jspecify.annotations.NullMarked;
