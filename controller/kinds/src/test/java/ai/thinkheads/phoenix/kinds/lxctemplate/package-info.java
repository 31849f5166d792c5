/** Tests. */
@NullMarked
package ai.thinkheads.phoenix.kinds.lxctemplate;

import org.jspecify.annotations.NullMarked;
