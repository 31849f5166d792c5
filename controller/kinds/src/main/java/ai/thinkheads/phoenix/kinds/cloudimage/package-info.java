/** CloudImage: plans and fetches the disk images that virtual machines are made from. */
@NullMarked
package ai.thinkheads.phoenix.kinds.cloudimage;

import org.jspecify.annotations.NullMarked;
