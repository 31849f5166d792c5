/** Secret: takes values from files and the environment, makes random ones once, and keeps them in the vault. */
@NullMarked
package ai.thinkheads.phoenix.kinds.secret;

import org.jspecify.annotations.NullMarked;
