/**
 * What is generated from the types: JSON Schemas for editors, CustomResourceDefinitions for Kubernetes clients, the answers of
 * {@code phoenixctl explain} and one page per kind. Pure but for {@link ai.thinkheads.phoenix.api.schema.Generate}, which reads
 * the samples and writes the files.
 */
@NullMarked
package ai.thinkheads.phoenix.api.schema;

import org.jspecify.annotations.NullMarked;
