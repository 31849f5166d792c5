/** LxcTemplate: plans and fetches the root file systems that containers are made from. */
@NullMarked
package ai.thinkheads.phoenix.kinds.lxctemplate;

import org.jspecify.annotations.NullMarked;
