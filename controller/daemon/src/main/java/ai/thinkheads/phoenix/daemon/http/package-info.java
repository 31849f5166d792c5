/**
 * The API: HTTP with the Kubernetes conventions for paths, lists, watches, errors, tables and discovery, beside Phoenix's own
 * endpoints for applying a set and following its progress. It translates between the wire and the store; what a write means is
 * decided in {@code daemon.apply}.
 */
@NullMarked
package ai.thinkheads.phoenix.daemon.http;

import org.jspecify.annotations.NullMarked;
