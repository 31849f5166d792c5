/**
 * What the types of the kinds look like from outside: fields by their names in manifests, their forms, what they require and what
 * they mean, read once by reflection. Manifests are bound by it, and documentation is made of it; it knows nothing of text.
 */
@NullMarked
package ai.thinkheads.phoenix.api.shape;

import org.jspecify.annotations.NullMarked;
