/** Feature: checks what a feature says of itself and shows where it is installed; guests and hosts install it themselves. */
@NullMarked
package ai.thinkheads.phoenix.kinds.feature;

import org.jspecify.annotations.NullMarked;
