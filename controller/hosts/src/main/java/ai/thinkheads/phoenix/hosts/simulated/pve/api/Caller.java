package ai.thinkheads.phoenix.hosts.simulated.pve.api;

import org.jspecify.annotations.Nullable;

/**
 * Who asks.
 *
 * @param user {@code root@pam}
 * @param token the name of the user's token; null for one that showed a ticket
 */
record Caller(String user, @Nullable String token) {

    /** Who may do what nobody can be given the right to do. A token of root is not root. */
    boolean isRoot() {
        return token == null && user.equals("root@pam");
    }

    /** {@code root@pam!ci}. */
    String whole() {
        return token == null ? user : user + "!" + token;
    }
}
