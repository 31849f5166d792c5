/** Where the values of Secrets are kept, apart from everything that is shown or logged. */
@NullMarked
package ai.thinkheads.phoenix.engine.secret;

import org.jspecify.annotations.NullMarked;
