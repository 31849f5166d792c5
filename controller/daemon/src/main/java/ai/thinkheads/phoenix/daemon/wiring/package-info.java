/** The one list of Guice modules, and the module that binds what the controller itself consists of. */
@NullMarked
package ai.thinkheads.phoenix.daemon.wiring;

import org.jspecify.annotations.NullMarked;
