/**
 * The strict reading of what people write: text in, typed resources or every problem at once out, each with its place, its
 * field, its cause and what to do. It bounds what a text may cost, repeats no value of a Secret, and opens no file.
 */
@NullMarked
package ai.thinkheads.phoenix.api.manifest;

import org.jspecify.annotations.NullMarked;
