/**
 * The vocabulary of Phoenix: what a resource is, which kinds exist and how one names another. Values only: nothing here
 * reads a file, a clock or a socket.
 */
@NullMarked
package ai.thinkheads.phoenix.api;

import org.jspecify.annotations.NullMarked;
