/** GuestClass: shows which guests a class has defaults for; the guests merge them themselves. */
@NullMarked
package ai.thinkheads.phoenix.kinds.guestclass;

import org.jspecify.annotations.NullMarked;
