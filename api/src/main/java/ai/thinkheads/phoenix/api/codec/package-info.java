/**
 * Resources as JSON and YAML, in the shape that Kubernetes gives them, and what is computed on that shape. It reads what
 * Phoenix wrote itself and is lenient; what people write is read by {@code api.manifest}.
 */
@NullMarked
package ai.thinkheads.phoenix.api.codec;

import org.jspecify.annotations.NullMarked;
