/**
 * The kinds of {@code phoenix.thinkheads.ai/v1alpha1}: for each kind a {@code …Spec} record, which is what a user asks for, and
 * a {@code …Facts} record, which is what the controller saw on the host. A spec also knows the resources it refers to and the
 * rules between its own fields; both are pure functions of the record.
 */
@NullMarked
package ai.thinkheads.phoenix.api.v1alpha1;

import org.jspecify.annotations.NullMarked;
